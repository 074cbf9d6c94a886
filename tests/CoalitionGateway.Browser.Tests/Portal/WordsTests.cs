using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using CoalitionGateway.Portal.Words;
using CoalitionGateway.V1;
using NodaTime;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>How the portal writes in its five languages.</summary>
public sealed partial class WordsTests
{
    public static TheoryData<string> Languages => [.. PortalWords.All.Select(words => words.Language.Code)];

    private static PortalWords Of(string code) => PortalWords.All.Single(words => words.Language.Code == code);

    [Theory]
    [InlineData("en", 0, "0 points")]
    [InlineData("en", 1, "1 point")]
    [InlineData("en", 1234567, "1,234,567 points")]
    [InlineData("sv", 1234, "1\u00a0234 poäng")]
    [InlineData("nb", -1234, "−1\u00a0234 poeng")]
    [InlineData("pl", 1, "1 punkt")]
    [InlineData("pl", 3, "3 punkty")]
    [InlineData("pl", 5, "5 punktów")]
    [InlineData("pl", 12, "12 punktów")]
    [InlineData("pl", 22, "22 punkty")]
    [InlineData("pl", 1234, "1234 punkty")]
    [InlineData("pl", 12345, "12\u00a0345 punktów")]
    [InlineData("lv", 0, "0 punktu")]
    [InlineData("lv", 1, "1 punkts")]
    [InlineData("lv", 11, "11 punktu")]
    [InlineData("lv", 21, "21 punkts")]
    [InlineData("lv", 22, "22 punkti")]
    [InlineData("en", long.MinValue, "−9,223,372,036,854,775,808 points")]
    public void Points_AreCountedAsTheLanguageDoes(string code, long points, string text)
    {
        var words = Of(code);
        Assert.Equal(text, words.Language.Plural(words.Points, points));
    }

    [Theory]
    [InlineData("en", "EUR", 12_345_678_000L, "12,345.67\u00a0EUR")]
    [InlineData("sv", "EUR", 5_000L, "0,00\u00a0EUR")]
    [InlineData("en", "EUR", -5_000L, "−0.01\u00a0EUR")]
    [InlineData("pl", "JPY", 1_999_999L, "1\u00a0JPY")]
    [InlineData("lv", "KWD", 1_234_567L, "1,234\u00a0KWD")]
    public void Amounts_AreInWholeMinorUnits_RoundedDown(string code, string currency, long micros, string text) =>
        Assert.Equal(text, Of(code).Language.Amount(new V1.Money { CurrencyCode = currency, Micros = micros }));

    [Theory]
    [InlineData("en", "29 February 2028")]
    [InlineData("sv", "29 februari 2028")]
    [InlineData("nb", "29. februar 2028")]
    [InlineData("pl", "29 lutego 2028")]
    [InlineData("lv", "2028. gada 29. februāris")]
    public void Dates_AreWrittenAsTheLanguageDoes(string code, string text) => Assert.Equal(text, Of(code).Language.Date(new LocalDate(2028, 2, 29)));

    /// <summary>A translation that forgets a value would hide it from the member, and one that invents a value would fail.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Words_OfEachLanguage_HaveTheValuesOfTheEnglish(string code)
    {
        var (own, english) = (Texts(Of(code)), Texts(Of("en")));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), own.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, text) in own)
        {
            Assert.NotEqual("", english[name].Length > 0 ? text.Trim() : "x");
            Assert.Equal(Values(english[name].Split('|')[0]), Values(text.Split('|')[0]));
        }
    }

    /// <summary>Each is a translation, and none was left in English.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Words_AreTranslated(string code)
    {
        if (code == "en")
        {
            return;
        }

        var (own, english) = (Texts(Of(code)), Texts(Of("en")));
        var same = own.Where(found => found.Value == english[found.Key] && found.Value.Length > 12).Select(found => found.Key);
        Assert.Empty(same);
    }

    /// <summary>Every kind of answer that a member can see has words.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Words_AreThere_ForEachValueOfTheContract(string code)
    {
        var words = Of(code);
        Assert.DoesNotContain(Enum.GetValues<ConsentState>(), state => !words.ConsentStates.ContainsKey(state));
        Assert.DoesNotContain(Enum.GetValues<DisclosureBasis>(), basis => basis != DisclosureBasis.Unspecified && !words.Bases.ContainsKey(basis));
        Assert.DoesNotContain(Enum.GetValues<Purpose>(), purpose => purpose != Purpose.Unspecified && !words.Purposes.ContainsKey(purpose));
        Assert.DoesNotContain(Enum.GetValues<RestrictionGround>(), ground => ground != RestrictionGround.Unspecified && !words.Grounds.ContainsKey(ground));
        Assert.DoesNotContain(Enum.GetValues<FindReason>(), reason => !words.Reasons.ContainsKey(reason));
    }

    private static Dictionary<string, string> Texts(PortalWords words)
    {
        var texts = new Dictionary<string, string>();
        foreach (var property in typeof(PortalWords).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.CanWrite && one.Name != nameof(PortalWords.Language)))
        {
            switch (property.GetValue(words))
            {
                case string text:
                    texts[property.Name] = text;
                    break;
                case IDictionary all:
                    foreach (DictionaryEntry entry in all)
                    {
                        texts[$"{property.Name} {entry.Key}"] = entry.Value is (string name, string meaning) ? $"{name} / {meaning}" : (string)entry.Value!;
                    }

                    break;
                case IEnumerable<(MovementKind Kind, string Name)> kinds:
                    foreach (var (kind, name) in kinds)
                    {
                        texts[$"{property.Name} {kind}"] = name;
                    }

                    break;
            }
        }

        return texts;
    }

    private static IEnumerable<string> Values(string text) => Value().Matches(text).Select(found => found.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Value();
}
