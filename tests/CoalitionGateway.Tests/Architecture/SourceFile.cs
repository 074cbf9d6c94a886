using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>A source file: its path below src, and its text.</summary>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>The text without comments and plain strings. These may contain any name.</summary>
    public string Code { get; } = Path.EndsWith(".cs", StringComparison.Ordinal)
        ? Regex.Replace(Text, """(?<![$@"])"(?:\\.|[^"\\\n])*"(?!")|//[^\n]*""", "")
        : Text;

    public string Project => Path.Split('/')[0];

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>The folder of the file, such as "Pools" or "Platform.Store"; empty for a file outside these folders.</summary>
    public string Room => Path.Split('/') switch
    {
        [_, "Platform", var room, _, ..] => $"Platform.{room}",
        [_, var room, _, ..] => room,
        _ => "",
    };

    public bool IsPlatform => Room.StartsWith("Platform.", StringComparison.Ordinal);

    public bool Names(string pattern) => Regex.IsMatch(Code, pattern);

    /// <summary>The other folders of its project that the file names.</summary>
    public IEnumerable<string> Knows(IReadOnlySet<string> rooms) => Regex.Matches(Code, $@"\b{Regex.Escape(Project)}\.(?<room>(Platform\.)?[A-Z]\w*)|(?<![\w.])(?<room>[A-Z]\w*)\.[A-Z]\w*")
        .Select(found => found.Groups["room"].Value)
        .SelectMany(found => IsPlatform ? new[] { found, $"Platform.{found}" } : [found])
        .Where(found => found != Room && rooms.Contains(found)).Distinct();
}
