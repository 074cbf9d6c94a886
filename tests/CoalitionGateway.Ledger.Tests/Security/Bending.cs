using System.Text.Json.Nodes;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>Ways to alter the text of a proof at random. A way returns null if it does not fit the text.</summary>
internal static class Bending
{
    public delegate string? Bend(string proof, string other, Random chance);

    public static IReadOnlyDictionary<string, Bend> All { get; } = new Dictionary<string, Bend>
    {
        ["a bit of the file is flipped"] = Flip,
        ["the file is cut"] = (proof, _, chance) => proof[..chance.Next(proof.Length)],
        ["a part of the file is cut out"] = CutOut,
        ["a part of the file is doubled"] = Double,
        ["something follows the file"] = (proof, other, chance) => proof + Any(chance, "x", "{}", "\0", ".", ",", other),
        ["a part of another proof is put in"] = Transplant,
        ["a value comes from another proof"] = Json(FromOther),
        ["a whole part comes from another proof"] = Json(PartFromOther),
        ["two parts change places"] = Json(SwapParts),
        ["two values change places"] = Json(Swap),
        ["a value is changed"] = Json(Change),
        ["a value is of another type"] = Json(Retype),
        ["a member is left out"] = Json(LeaveOut),
        ["a member is unknown"] = Json((root, _, chance) => Objects(root, chance).Add(Any(chance, "says", "Event", "crit", "__proto__", "consent "), "x")),
        ["a member is there twice"] = DoubleMember,
        ["a list of hashes is changed"] = Json(ChangeList),
    };

    /// <summary>Applies one of the ways that understand JSON.</summary>
    public static string? Json(string proof, string other, Random chance) =>
        Any(chance, [Json(FromOther), Json(Swap), Json(Change), Json(Retype), Json(LeaveOut)])(proof, other, chance);

    private static Bend Json(Action<JsonNode, JsonNode, Random> bend) => (proof, other, chance) =>
    {
        if (!proof.StartsWith('{') || !other.StartsWith('{'))
        {
            return null;
        }

        var root = JsonNode.Parse(proof)!;
        bend(root, JsonNode.Parse(other)!, chance);
        return root.ToJsonString();
    };

    private static string? Flip(string proof, string other, Random chance)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(proof);
        bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));

        // Bytes that are not UTF-8 become other characters. That is an alteration too.
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static string? CutOut(string proof, string other, Random chance)
    {
        var (from, to) = Range(proof, chance);
        return proof[..from] + proof[to..];
    }

    private static string? Double(string proof, string other, Random chance)
    {
        var (from, to) = Range(proof, chance);
        return proof[..to] + proof[from..];
    }

    private static string? Transplant(string proof, string other, Random chance)
    {
        var (from, to) = Range(proof, chance);
        return to > other.Length ? null : proof[..from] + other[from..to] + proof[to..];
    }

    private static void FromOther(JsonNode root, JsonNode other, Random chance)
    {
        var (leaf, theirs) = (Leaf(root, chance), Leaves(other).ToArray());
        var same = theirs.Where(found => Pattern(found) == Pattern(leaf)).ToArray();
        leaf.ReplaceWith(Any(chance, same.Length > 0 ? same : theirs).DeepClone());
    }

    /// <summary>Copies an entry, a notice or a list of hashes, with its whole content, from the other proof.</summary>
    private static void PartFromOther(JsonNode root, JsonNode other, Random chance)
    {
        var (parts, theirs) = (Parts(root), Parts(other));
        if (parts.Length > 0 && theirs.Length > 0)
        {
            var part = Any(chance, parts);
            var same = theirs.Where(found => found.GetValueKind() == part.GetValueKind()).ToArray();
            part.ReplaceWith(Any(chance, same.Length > 0 ? same : theirs).DeepClone());
        }
    }

    private static void SwapParts(JsonNode root, JsonNode other, Random chance)
    {
        var one = Any(chance, Parts(root));
        var others = Parts(root).Where(found => found != one && !Nodes(one).Contains(found) && !Nodes(found).Contains(one)).ToArray();
        if (others.Length > 0)
        {
            var two = Any(chance, others);
            var (first, second) = (one.DeepClone(), two.DeepClone());
            one.ReplaceWith(second);
            two.ReplaceWith(first);
        }
    }

    private static JsonNode[] Parts(JsonNode root) => [.. Nodes(root).Skip(1).Where(node => node is not JsonValue)];

    private static void Swap(JsonNode root, JsonNode other, Random chance)
    {
        var one = Leaf(root, chance);
        var two = Any(chance, [.. Leaves(root).Where(found => found.GetValueKind() == one.GetValueKind())]);
        var (first, second) = (one.DeepClone(), two.DeepClone());
        one.ReplaceWith(second);
        two.ReplaceWith(first);
    }

    private static void Change(JsonNode root, JsonNode other, Random chance)
    {
        var leaf = Leaf(root, chance);
        if (leaf.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            var number = leaf.GetValue<long>();
            leaf.ReplaceWith(JsonValue.Create(Any(
                chance, number + 1, number - 1, number * 2, -number, number ^ (1L << chance.Next(63)), long.MaxValue, long.MinValue)));
            return;
        }

        var text = leaf.GetValueKind() == System.Text.Json.JsonValueKind.String ? leaf.GetValue<string>() : "";
        var at = chance.Next(text.Length + 1);
        leaf.ReplaceWith(JsonValue.Create(Any(
            chance, text + " ", " " + text, text + "\n", text + "=", text.Replace("\n", "\r\n", StringComparison.Ordinal),
            text[..at], text[at..], text[..at] + "\u202E" + text[at..], text[..at] + "A" + text[Math.Min(at + 1, text.Length)..],
            text.Replace('+', '-').Replace('/', '_'), text.ToUpperInvariant(),
            text.Normalize(System.Text.NormalizationForm.FormD), "")));
    }

    private static void Retype(JsonNode root, JsonNode other, Random chance)
    {
        var leaf = Leaf(root, chance);
        leaf.ReplaceWith(Any<Func<JsonNode?>>(
            chance, () => null, () => true, () => 1.5, () => JsonNode.Parse("1e2"), () => "x", () => new JsonArray(),
            () => new JsonArray(leaf.DeepClone()), () => new JsonObject { ["value"] = leaf.DeepClone() },
            () => leaf.GetValueKind() == System.Text.Json.JsonValueKind.Number ? leaf.ToJsonString() : 7)());
    }

    private static void LeaveOut(JsonNode root, JsonNode other, Random chance)
    {
        var members = Objects(root, chance);
        members.Remove(Any(chance, [.. members.Select(member => member.Key)]));
    }

    private static void ChangeList(JsonNode root, JsonNode other, Random chance)
    {
        var lists = Nodes(root).OfType<JsonArray>().ToArray();
        if (lists.Length == 0)
        {
            return;
        }

        var list = Any(chance, lists);
        switch (chance.Next(5))
        {
            case 0 when list.Count > 0:
                list.RemoveAt(chance.Next(list.Count));
                break;
            case 1 when list.Count > 0:
                list.Insert(chance.Next(list.Count), Any(chance, [.. list])!.DeepClone());
                break;
            case 2 when list.Count > 1:
                var moved = list[0]!;
                list.RemoveAt(0);
                list.Add(moved);
                break;
            case 3:
                list.Clear();
                break;
            default:
                for (var i = chance.Next(1, 70); i > 0; i--)
                {
                    list.Add(Convert.ToBase64String(new byte[32]));
                }

                break;
        }
    }

    /// <summary>Repeats a member, with the same or another value, its name escaped or not.</summary>
    private static string? DoubleMember(string proof, string other, Random chance)
    {
        if (!proof.StartsWith('{'))
        {
            return null;
        }

        var members = Objects(JsonNode.Parse(proof)!, chance);
        var name = Any(chance, [.. members.Select(member => member.Key)]);
        var at = proof.IndexOf($"\"{name}\"", StringComparison.Ordinal);
        var value = Any(chance, members[name]?.ToJsonString() ?? "null", "null", "\"x\"", "0");
        var spelt = chance.Next(2) == 0 ? name : $"\\u{(int)name[0]:x4}{name[1..]}";
        return at < 0 ? null : $"{proof[..at]}\"{spelt}\": {value}, {proof[at..]}";
    }

    private static (int From, int To) Range(string text, Random chance)
    {
        var from = chance.Next(text.Length);
        return (from, Math.Min(text.Length, from + 1 + chance.Next(chance.Next(2) == 0 ? 4 : 400)));
    }

    /// <summary>The path of a value, without indexes of lists.</summary>
    private static string Pattern(JsonNode node) => System.Text.RegularExpressions.Regex.Replace(node.GetPath(), @"\[\d+\]", "[]");

    private static JsonNode Leaf(JsonNode root, Random chance) => Any(chance, [.. Leaves(root)]);

    private static IEnumerable<JsonNode> Leaves(JsonNode root) => Nodes(root).Where(node => node is JsonValue);

    private static JsonObject Objects(JsonNode root, Random chance) => Any(chance, [.. Nodes(root).OfType<JsonObject>()]);

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject members => [node, .. members.Where(member => member.Value is not null).SelectMany(member => Nodes(member.Value!))],
        JsonArray list => [node, .. list.Where(each => each is not null).SelectMany(each => Nodes(each!))],
        _ => [node],
    };

    private static T Any<T>(Random chance, params T[] values) => values[chance.Next(values.Length)];
}
