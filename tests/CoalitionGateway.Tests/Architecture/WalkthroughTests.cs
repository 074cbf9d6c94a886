using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>docs/walkthrough.md and CONTRIBUTING.md name existing files and methods.</summary>
public sealed partial class WalkthroughTests
{
    private static readonly string _root = ArchitectureTests.Root();
    private static readonly string _walkthrough = File.ReadAllText(Path.Combine(_root, "docs", "walkthrough.md"));

    public static TheoryData<string, string> Hops => [.. Hop().Matches(_walkthrough).Select(found => (found.Groups["file"].Value, found.Groups["method"].Value)).Distinct()];

    [Theory]
    [MemberData(nameof(Hops))]
    public void Hop_NamesAMethodOfItsFile(string file, string method) =>
        Assert.Matches($@"(?m)^\s+(public|internal|private|protected)[^=;\n]*\b{method}(<[\w, ]+>)?\(", File.ReadAllText(Path.Combine(_root, file)));

    [Fact]
    public void Walkthrough_HasTheHopsOfAPurchaseATransferAndADisclosure() => Assert.InRange(Hop().Count(_walkthrough), 30, 100);

    [Fact]
    public void Contributing_NamesFilesAndFoldersThatExist() => Assert.All(
        Named().Matches(File.ReadAllText(Path.Combine(_root, "CONTRIBUTING.md"))).Select(found => found.Groups["path"].Value),
        path => Assert.True(Path.Exists(Path.Combine(_root, path)), path));

    [GeneratedRegex(@"\| `(?<file>src/[\w./]+\.cs)` \| `(?<method>\w+)` \|")]
    private static partial Regex Hop();

    [GeneratedRegex(@"`(?<path>(src|tests|docs|protos)/[\w./-]+)`")]
    private static partial Regex Named();
}
