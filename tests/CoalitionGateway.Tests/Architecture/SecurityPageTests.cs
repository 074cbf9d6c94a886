using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>docs/security.md names existing tests, at least one for each number of the list of trials.</summary>
public sealed partial class SecurityPageTests
{
    private const int _last = 35;

    private static readonly string _root = ArchitectureTests.Root();
    private static readonly string[] _rows = [.. File.ReadLines(Path.Combine(_root, "docs", "security.md")).Where(line => Row().IsMatch(line))];
    private static readonly string _sources = string.Concat(
        Directory.EnumerateFiles(Path.Combine(_root, "tests"), "*.*", SearchOption.AllDirectories)
            .Where(path => (path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".mjs", StringComparison.Ordinal)) && !path.Contains("node_modules", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    public static TheoryData<string> Tests => [.. _rows.SelectMany(row => Test().Matches(row.Split('|')[4]).Select(found => found.Value)).Distinct()];

    [Theory]
    [MemberData(nameof(Tests))]
    public void Test_NamedOnThePage_Exists(string test)
    {
        var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
        Assert.Matches($@"class {type}\b", _sources);
        Assert.Matches($@"\b{method}\(", _sources);
    }

    [Fact]
    public void Rows_ExistForEachNumber_AndEachNamesATest()
    {
        Assert.Equal(Enumerable.Range(1, _last), _rows.Select(row => int.Parse(row.Split('|')[1], System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order());
        Assert.All(_rows, row => Assert.True(Test().IsMatch(row.Split('|')[4]) || row.Contains(".mjs", StringComparison.Ordinal), row));
    }

    [GeneratedRegex(@"\A\| *\d+ *\|")]
    private static partial Regex Row();

    [GeneratedRegex(@"\b[A-Z]\w+Tests?\.[A-Z]\w+")]
    private static partial Regex Test();
}
