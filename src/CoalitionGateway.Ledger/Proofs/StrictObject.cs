using System.Text.Json;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// A JSON object from an untrusted source. Each member must occur once and have its type. Unknown members are refused.
/// </summary>
internal sealed class StrictObject
{
    /// <summary>The deepest format here has six levels. The limit protects the stack against deeper input.</summary>
    private const int _maxDepth = 8;

    private static readonly System.Text.UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, JsonElement> _left = [];
    private readonly string _where;

    private StrictObject(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} is no JSON object.");
        }

        _where = where;
        foreach (var member in element.EnumerateObject())
        {
            // Two readers, one that takes the first member and one that takes the last, would see different proofs.
            if (!_left.TryAdd(member.Name, member.Value))
            {
                throw new FormatException($"{where} has the member \"{member.Name}\" twice.");
            }
        }
    }

    /// <summary>Reads a JSON text that consists of one object.</summary>
    /// <exception cref="FormatException">The text does not have the form that <paramref name="read"/> asks for.</exception>
    public static T Read<T>(string json, string where, Func<StrictObject, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = _maxDepth });
            return Take(document.RootElement, where, read);
        }
        catch (JsonException malformed)
        {
            throw new FormatException(
                $"{where} is no JSON, or is nested more than {_maxDepth} deep: {malformed.Message}", malformed);
        }
        catch (InvalidOperationException malformed)
        {
            throw new FormatException($"{where} has a text that is no Unicode.", malformed);
        }
    }

    /// <summary>Decodes the bytes as UTF-8.</summary>
    /// <exception cref="FormatException">The bytes are not UTF-8.</exception>
    public static string Utf8(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"{where} is not UTF-8.", wrong);
        }
    }

    public string Text(string name) => OptionalText(name) ?? throw Wrong(name, "must be a text");

    /// <summary>A text; null if the member is absent or null.</summary>
    public string? OptionalText(string name) => Optional(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Wrong(name, "must be a text"),
    };

    /// <summary>Requires exactly this text.</summary>
    public void Constant(string name, string value)
    {
        if (Text(name) != value)
        {
            throw Wrong(name, $"must be \"{value}\"");
        }
    }

    /// <summary>A whole number, 0 or more, without a decimal point or an exponent.</summary>
    public long Number(string name) => Optional(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt64(out var value) && value >= 0
        ? value
        : throw Wrong(name, "must be a whole number, 0 or more");

    public byte[] Bytes(string name) => Base64(Text(name)) ?? throw Wrong(name, "must be base64");

    /// <summary>The hashes of a proof. Refuses more hashes than any tree needs.</summary>
    public IReadOnlyList<byte[]> Hashes(string name)
    {
        var list = Elements(name, MerkleTree.MaxProofLength);
        return [.. list.Select(hash => hash.ValueKind == JsonValueKind.String
            && Base64(hash.GetString()!) is { Length: MerkleTree.HashLength } bytes
            ? bytes
            : throw Wrong(name, $"must hold hashes, {MerkleTree.HashLength} bytes in base64 each"))];
    }

    public T Object<T>(string name, Func<StrictObject, T> read) => Optional(name) is { } element
        ? Take(element, Inner(name), read)
        : throw Wrong(name, "must be an object");

    public T? OptionalObject<T>(string name, Func<StrictObject, T> read)
        where T : class => Optional(name) is { } element ? Take(element, Inner(name), read) : null;

    public IReadOnlyList<T> Objects<T>(string name, int most, Func<StrictObject, T> read) =>
        [.. Elements(name, most).Select(element => Take(element, Inner(name), read))];

    public IReadOnlyList<string> Texts(string name, int most) =>
        [.. Elements(name, most).Select(element => element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw Wrong(name, "must be a list of texts"))];

    public FormatException Wrong(string name, string what) => new($"{_where}: \"{name}\" {what}.");

    private static T Take<T>(JsonElement element, string where, Func<StrictObject, T> read)
    {
        var members = new StrictObject(element, where);
        var value = read(members);
        return members._left.Count == 0
            ? value
            : throw new FormatException(
                $"{where} has a member \"{members._left.Keys.First()}\", which this form does not have.");
    }

    /// <summary>Canonical base64 (RFC 4648, section 3.5): no spare bits, no white space.</summary>
    private static byte[]? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) && Convert.ToBase64String(bytes.AsSpan(0, written)) == text
            ? bytes[..written]
            : null;
    }

    private string Inner(string name) => $"{_where}, \"{name}\"";

    private JsonElement[] Elements(string name, int most)
    {
        if (Optional(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            throw Wrong(name, "must be a list");
        }

        return list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw Wrong(name, $"holds {list.GetArrayLength()}, and {most} is the most there can be");
    }

    private JsonElement? Optional(string name) =>
        _left.Remove(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;
}
