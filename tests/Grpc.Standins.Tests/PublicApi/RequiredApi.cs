using System.Reflection;

namespace Grpc.Standins.Tests.PublicApi;

/// <summary>One type that an assembly must have, with its members, each in the words of the list.</summary>
public sealed record RequiredType(string Assembly, string Heading, IReadOnlyList<string> Bases, List<string> Members);

/// <summary>
/// The list of what the published server, client, generated code and typical users need.
/// "#### assembly, Version=…", then "== type" and its members, "type TAB member TAB tags".
/// </summary>
public sealed class RequiredApi
{
    private static readonly string[] TailMarks = [" where ", " [", " variance("];

    private RequiredApi(IReadOnlyList<string> assemblies, IReadOnlyList<RequiredType> types)
    {
        Assemblies = assemblies;
        Types = types;
    }

    /// <summary>As "name, Version=…, PublicKeyToken=…".</summary>
    public IReadOnlyList<string> Assemblies { get; }

    public IReadOnlyList<RequiredType> Types { get; }

    public int MemberCount => Types.Sum(type => type.Members.Count);

    public static RequiredApi Parse(string list)
    {
        List<string> assemblies = [];
        List<RequiredType> types = [];
        foreach (var line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("#### ", StringComparison.Ordinal))
            {
                assemblies.Add(line[5..]);
            }
            else if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                types.Add(ParseHeading(assemblies[^1].Split(',')[0], WithoutTags(line[3..])));
            }
            else if (line.Contains('\t', StringComparison.Ordinal))
            {
                types[^1].Members.Add(line.Split('\t')[1]);
            }
        }

        return new RequiredApi(assemblies, types);
    }

    /// <summary>Everything listed that the assemblies do not have exactly so.</summary>
    public IReadOnlyList<string> MissingFrom(IReadOnlyCollection<Assembly> loaded)
    {
        List<string> missing = [.. Assemblies.Except(loaded.Select(ApiText.OfAssembly)).Select(name => $"assembly {name}")];
        foreach (var required in Types)
        {
            var candidates = loaded.Where(assembly => assembly.GetName().Name == required.Assembly).SelectMany(assembly => assembly.GetTypes());
            var actual = candidates.FirstOrDefault(type => ApiText.IsVisible(type) && ApiText.OfHeading(type) == required.Heading);
            if (actual is null)
            {
                missing.Add($"{required.Assembly}: {required.Heading}");
                continue;
            }

            missing.AddRange(required.Bases.Except(ApiText.OfBases(actual)).Select(name => $"{required.Heading}: base {name}"));
            missing.AddRange(required.Members.Except(ApiText.OfMembers(actual)).Select(member => $"{required.Heading}: {member}"));
        }

        return missing;
    }

    private static RequiredType ParseHeading(string assembly, string heading)
    {
        var tailAt = TailMarks.Select(mark => heading.IndexOf(mark, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(heading.Length).Min();
        var headAndBases = heading[..tailAt].Split(" : ", 2);
        var bases = headAndBases.Length == 1 ? [] : SplitOutsideBrackets(headAndBases[1]);
        return new RequiredType(assembly, headAndBases[0] + heading[tailAt..], bases, []);
    }

    private static string WithoutTags(string line)
    {
        var tags = line.LastIndexOf("  <", StringComparison.Ordinal);
        return (tags < 0 ? line : line[..tags]).TrimEnd();
    }

    private static List<string> SplitOutsideBrackets(string names)
    {
        List<string> parts = [];
        var (depth, start) = (0, 0);
        for (var i = 0; i <= names.Length; i++)
        {
            if (i == names.Length || (names[i] == ',' && depth == 0))
            {
                parts.Add(names[start..i].Trim());
                start = i + 1;
            }
            else
            {
                depth += names[i] == '<' ? 1 : names[i] == '>' ? -1 : 0;
            }
        }

        return parts;
    }
}
