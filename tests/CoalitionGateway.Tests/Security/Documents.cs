using System.Text.RegularExpressions;
using CoalitionGateway.Tests.Architecture;

namespace CoalitionGateway.Tests.Security;

/// <summary>The texts of the contract and of the documents, each as one line.</summary>
internal static partial class Documents
{
    public static string Readme => Words("README.md");

    public static string Configuration => Words("docs", "configuration.md");

    /// <summary>A file of the contract, without the slashes of its comments.</summary>
    public static string Proto(string name) => Spaces().Replace(CommentMarks().Replace(File.ReadAllText(PathOf(name)), ""), " ");

    /// <summary>The comment of each method, by the method's name.</summary>
    public static IReadOnlyDictionary<string, string> Methods { get; } = Read();

    private static string Words(params string[] path) => Spaces().Replace(File.ReadAllText(Path.Combine([ArchitectureTests.Root(), .. path])), " ");

    private static string PathOf(string name) => Path.Combine(ArchitectureTests.Root(), "protos", "coalition", "gateway", "v1", $"{name}.proto");

    private static Dictionary<string, string> Read()
    {
        var found = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(PathOf("money"))!, "*.proto"))
        {
            var comment = new List<string>();
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
            {
                if (line.StartsWith("//", StringComparison.Ordinal))
                {
                    comment.Add(line[2..].Trim());
                    continue;
                }

                if (Rpc().Match(line) is { Success: true } rpc)
                {
                    found[rpc.Groups["name"].Value] = string.Join(' ', comment);
                }

                comment.Clear();
            }
        }

        return found;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?m)^\s*// ?")]
    private static partial Regex CommentMarks();

    [GeneratedRegex(@"\Arpc (?<name>\w+)\(")]
    private static partial Regex Rpc();
}
