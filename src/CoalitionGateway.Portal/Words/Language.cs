using System.Globalization;
using System.Text;
using CoalitionGateway.V1;
using NodaTime;

namespace CoalitionGateway.Portal.Words;

/// <summary>
/// How a language writes numbers, dates and plurals (Unicode CLDR). A table of our own, because a machine may have no ICU.
/// </summary>
/// <param name="Code">BCP 47.</param>
/// <param name="Name">In the language itself.</param>
/// <param name="Point">Before the decimals.</param>
/// <param name="Thousands">Between groups of three digits. Empty in front of four digits where <paramref name="GroupsFour"/> is false.</param>
/// <param name="GroupsFour">Whether a number of four digits is grouped.</param>
/// <param name="Day">A date: {0} the day, {1} the month, {2} the year.</param>
/// <param name="PluralOf">The form of a number: an index into <see cref="Plural"/>.</param>
public sealed record Language(
    string Code, string Name, string Thousands, string Point, bool GroupsFour, string Day, IReadOnlyList<string> Months, Func<long, int> PluralOf)
{
    // Of the currencies that have other than two digits (ISO 4217).
    private static readonly Dictionary<string, int> _digits = new(StringComparer.Ordinal)
    {
        ["BHD"] = 3, ["CLP"] = 0, ["ISK"] = 0, ["JOD"] = 3, ["JPY"] = 0, ["KRW"] = 0, ["KWD"] = 3, ["OMR"] = 3, ["TND"] = 3, ["UGX"] = 0, ["VND"] = 0,
    };

    public static Language En { get; } = new(
        "en", "English", ",", ".", true, "{0} {1} {2}",
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"], count => count == 1 ? 0 : 1);

    public static Language Sv { get; } = new(
        "sv", "Svenska", "\u00a0", ",", true, "{0} {1} {2}",
        ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"], count => count == 1 ? 0 : 1);

    public static Language Nb { get; } = new(
        "nb", "Norsk bokmål", "\u00a0", ",", true, "{0}. {1} {2}",
        ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"], count => count == 1 ? 0 : 1);

    public static Language Pl { get; } = new(
        "pl", "Polski", "\u00a0", ",", false, "{0} {1} {2}",
        ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"],
        count => count == 1 ? 0 : count % 10 is >= 2 and <= 4 && count % 100 is not (>= 12 and <= 14) ? 1 : 2);

    public static Language Lv { get; } = new(
        "lv", "Latviešu", "\u00a0", ",", false, "{2}. gada {0}. {1}",
        ["janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs", "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris"],
        count => count % 10 == 1 && count % 100 != 11 ? 0 : count % 10 == 0 || count % 100 is >= 11 and <= 19 ? 2 : 1);

    /// <summary>A whole number.</summary>
    public string Number(long number)
    {
        var digits = Math.Abs((decimal)number).ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder(digits);
        for (var i = digits.Length - 3; i > 0 && (GroupsFour || digits.Length > 4); i -= 3)
        {
            text.Insert(i, Thousands);
        }

        return number < 0 ? $"\u2212{text}" : text.ToString();
    }

    /// <summary>A change: with its sign.</summary>
    public string Change(long number) => number > 0 ? $"+{Number(number)}" : Number(number);

    /// <summary>An amount in whole minor units, rounded down, with its currency's code.</summary>
    public string Amount(Money money)
    {
        var digits = _digits.GetValueOrDefault(money.CurrencyCode, 2);
        var unit = (long)Math.Pow(10, 6 - digits);
        var minor = (money.Micros - (((money.Micros % unit) + unit) % unit)) / unit;
        var scale = (long)Math.Pow(10, digits);
        var rest = digits == 0 ? "" : Point + Math.Abs(minor % scale).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        return $"{(minor < 0 && minor / scale == 0 ? "\u2212" : "")}{Number(minor / scale)}{rest}\u00a0{money.CurrencyCode}";
    }

    public string Date(LocalDate date) => string.Format(CultureInfo.InvariantCulture, Day, date.Day, Months[date.Month - 1], date.Year);

    /// <summary>A form of a text whose forms are separated by "|".</summary>
    public string Plural(string forms, long count)
    {
        var all = forms.Split('|');
        return all[Math.Min(PluralOf(count == long.MinValue ? long.MaxValue : Math.Abs(count)), all.Length - 1)].Replace("{0}", Number(count), StringComparison.Ordinal);
    }
}
