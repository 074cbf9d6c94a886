using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>docs/privacy.md matches the contract.</summary>
public sealed class PrivacyPageTests
{
    private const string _mark = "<!-- data-map -->\n";
    private static readonly string _page = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", "privacy.md"));

    [Fact]
    public void DataMap_IsWhatTheCommandPrints() =>
        Assert.Equal(Gateway.DataMap().TrimEnd(), _page[(_page.IndexOf(_mark, StringComparison.Ordinal) + _mark.Length)..].Trim());

    [Fact]
    public void EveryPurpose_HasABasis()
    {
        foreach (var purpose in Enum.GetValues<Purpose>().Where(purpose => purpose != Purpose.Unspecified))
        {
            var name = string.Concat(purpose.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
            Assert.Contains($"| `{name}`:", _page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryCategory_IsInTheMap()
    {
        foreach (var category in Enum.GetValues<DataCategory>().Where(category => category is not (DataCategory.Unspecified or DataCategory.None)))
        {
            Assert.Matches($"(?m)^### {category}\n\n\\| method .*\n.*\n\\| \\w+Service\\.", _page);
        }
    }
}
