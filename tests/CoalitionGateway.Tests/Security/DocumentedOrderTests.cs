using System.Text.RegularExpressions;
using CoalitionGateway.Ledger;
using CoalitionGateway.Tests.Architecture;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A method's comment lists its refusals in the order in which its rule checks them. The test reads the rule's order from its
/// source: the reasons in the order of Decide, with the rules that Decide calls in their places.
/// </summary>
public sealed partial class DocumentedOrderTests
{
    private static readonly Dictionary<string, string> _sources = Directory
        .EnumerateFiles(Path.Combine(ArchitectureTests.Root(), "src", "CoalitionGateway.Ledger"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
        .ToDictionary(path => path, path => Comments().Replace(File.ReadAllText(path), ""));

    private const string _decide = "Decision Decide(";

    // These pass a refusal or a decision on and have no reason of their own.
    private static readonly string[] _neutral = ["Decide", "With", "Accept", "Erase", "Decode"];

    // The types of the rules' variables whose methods give a refusal.
    private static readonly Dictionary<string, string> _types = new()
    {
        ["held"] = "Hold", ["restriction"] = "Restriction", ["before"] = "Restriction", ["state"] = "EarningTerms", ["terms"] = "EarningTerms",
    };

    /// <summary>Methods with a command of the same name.</summary>
    public static TheoryData<string> Methods => [.. RawCalls.Methods.Values.Select(method => method.Name).Where(name => Commands().Any(command => command.Name == name))];

    [Fact]
    public void Commands_AreFound() => Assert.InRange(Methods.Count, 25, 100);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Comment_OfAMethod_ListsItsRefusalsInTheRulesOrder(string method)
    {
        var documented = Documented(method, []);
        var checkedInOrder = Checked(method);
        var known = checkedInOrder.Where(documented.Contains).ToArray();
        Assert.Equal(known, documented.Where(known.Contains));

        // MEMBER_NOT_FOUND applies to every caller that was erased. error_reason.proto says so once for all methods.
        Assert.Empty(checkedInOrder.Except(documented).Except([RefusalReason.MemberNotFound]));
    }

    [Fact]
    public void Order_ThatTheRuleDoesNotHave_IsSeen()
    {
        Assert.Equal([RefusalReason.PartnerWithoutProgramme, RefusalReason.MembershipNumberTaken, RefusalReason.MembershipNotFound], Checked("EnrollMember"));
        Assert.Equal(
            [
                RefusalReason.AmountNotInSteps, RefusalReason.RouteNotFound, RefusalReason.RouteSuspended, RefusalReason.AmountBelowMinimum, RefusalReason.AmountAboveMaximum,
                RefusalReason.MembershipNotFound, RefusalReason.AmountTooLarge, RefusalReason.TransferYieldsNothing, RefusalReason.InsufficientPoints,
            ],
            Checked("CreateTransfer"));
    }

    /// <summary>
    /// The reasons that a comment names after "Refusals", each once. If the comment refers to another method, that method's
    /// reasons come first.
    /// </summary>
    private static List<RefusalReason> Documented(string method, HashSet<string> seen)
    {
        Assert.True(seen.Add(method));
        var comment = Documents.Methods[method];
        var at = comment.IndexOf("Refusals", StringComparison.Ordinal);
        if (at < 0)
        {
            return [];
        }

        var text = comment[at..];
        var same = SameAs().Match(text) is { Success: true } other ? Documented(other.Groups["method"].Value, seen) : [];
        return [.. same.Concat(Words().Matches(text).Select(word => Named(word.Value)).OfType<RefusalReason>()).Distinct()];
    }

    private static RefusalReason? Named(string word) =>
        RefusalReason.All.Where(reason => string.Equals(reason.Name, word.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)).Select(reason => (RefusalReason?)reason).SingleOrDefault();

    private static IEnumerable<(string Name, string Body)> Commands() =>
        from source in _sources.Values
        from command in Command().Matches(source)
        select (command.Groups["name"].Value, Body(source, source.IndexOf(_decide, command.Index, StringComparison.Ordinal) + _decide.Length - 1));

    private static List<RefusalReason> Checked(string method)
    {
        var command = Commands().First(found => found.Name == method);
        var file = _sources.Values.First(source => Command().Matches(source).Any(found => found.Groups["name"].Value == method));
        var reasons = new List<RefusalReason>();
        Walk(command.Body, file, reasons, depth: 0);
        return [.. reasons.Distinct()];
    }

    /// <summary>The reasons in the order of the text. A call of a method that gives a refusal is followed at its place.</summary>
    private static void Walk(string body, string file, List<RefusalReason> reasons, int depth)
    {
        Assert.InRange(depth, 0, 6);
        foreach (Match found in ReasonOrCall().Matches(body))
        {
            if (found.Groups["reason"] is { Success: true } reason)
            {
                reasons.Add(RefusalReason.All.Single(known => known.Name == reason.Value));
            }
            else if (Find(found.Groups["call"].Value, found.Groups["type"].Value, file) is var (at, source) && at >= 0)
            {
                Walk(Body(source, at), source, reasons, depth + 1);
            }
        }
    }

    /// <summary>
    /// The declaration of a method that gives a refusal: in the named type, in the same file, or in any other file.
    /// </summary>
    private static (int At, string Source) Find(string name, string of, string file)
    {
        var type = _types.GetValueOrDefault(of, of);
        var declaration = new Regex($@"\b(Refusal\??|Decision) {name}\(");
        var named = _sources.Values.Where(source => type.Length > 0 && Regex.IsMatch(source, $@"\b(class|record|struct) {type}\b"));
        var all = type.Length > 0 && named.Any() ? named : [file, .. _sources.Values];
        foreach (var source in all)
        {
            if (!_neutral.Contains(name) && declaration.Match(source) is { Success: true } match)
            {
                return (match.Index + match.Length - 1, source);
            }
        }

        return (-1, "");
    }

    /// <summary>A method from its parameters to its end: its block, or its expression.</summary>
    private static string Body(string source, int at)
    {
        var (depth, isBlock) = (0, false);
        for (var i = at; i < source.Length; i++)
        {
            switch (source[i])
            {
                case '{' or '(':
                    isBlock |= source[i] == '{' && depth == 0;
                    depth++;
                    break;
                case '}' or ')':
                    depth--;
                    if (depth == 0 && source[i] == '}' && isBlock)
                    {
                        return source[at..i];
                    }

                    break;
                case ';' when depth == 0:
                    return source[at..i];
            }
        }

        return source[at..];
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex(@"public sealed record (?<name>\w+)\([^{;]*?\)\s*:\s*Command<")]
    private static partial Regex Command();

    [GeneratedRegex(@"RefusalReason\.(?<reason>\w+)|(?<!new )((?<type>\w+)\.)?\b(?<call>[A-Z]\w+)\(")]
    private static partial Regex ReasonOrCall();

    [GeneratedRegex(@"\b[A-Z][A-Z]+(_[A-Z]+)+\b")]
    private static partial Regex Words();

    [GeneratedRegex(@"Refusals (as for|like those of) (?<method>\w+)")]
    private static partial Regex SameAs();
}
