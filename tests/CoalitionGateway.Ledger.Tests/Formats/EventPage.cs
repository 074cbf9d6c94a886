using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// Reads events with nothing but docs/formats/events.md: a second implementation that does not use the ledger's code.
/// </summary>
internal sealed class EventPage
{
    private static readonly System.Text.UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Field[] _header =
        [new("id", "uuid"), new("time", "time"), new("actor", "text"), new("request_id", "uuid")];

    private readonly Dictionary<long, (string Name, Field[] Fields)> _kinds = [];
    private readonly Dictionary<long, byte> _versions = [];
    private readonly Dictionary<string, Field[]> _structures = [];
    private readonly Dictionary<string, Dictionary<long, string>> _values = [];

    public EventPage(string page)
    {
        var sections = Regex.Split(page, "^## ", RegexOptions.Multiline).ToDictionary(section => section.Split('\n')[0]);
        foreach (var row in Rows(sections["Kinds"]))
        {
            _kinds.Add(long.Parse(row[0]), (row[1], Fields(row[2])));
        }

        foreach (var row in Rows(sections["Versions"]))
        {
            _versions.Add(long.Parse(row[0]), byte.Parse(row[1]));
        }

        foreach (var row in Rows(sections["Structures"]))
        {
            _structures.Add(row[0], Fields(row[1]));
        }

        foreach (var row in Rows(sections["Sets of values"]))
        {
            _values.Add(row[0], Fields(row[1]).ToDictionary(value => long.Parse(value.Name), value => value.Type));
        }
    }

    /// <summary>The event as JSON: its kind, its header and its fields by name.</summary>
    public JsonObject Read(byte[] bytes)
    {
        var at = 0;
        var (version, kind) = (Take(1)[0], Number());
        Assert.Equal(_versions.GetValueOrDefault(kind, (byte)1), version);
        var (name, fields) = _kinds[kind];
        var read = new JsonObject { ["kind"] = name };
        foreach (var field in (Field[])[.. _header, .. fields])
        {
            read[field.Name] = Value(field.Type);
        }

        Assert.Equal(bytes.Length, at);
        return read;

        JsonNode? Value(string type) => type switch
        {
            "byte" => Take(1)[0],
            "flag" => Take(1)[0] is var flag and < 2 ? flag == 1 : throw new FormatException("no flag"),
            "number" => Number(),
            "text" => _utf8.GetString(Take(Count())),
            "bytes" => Convert.ToHexStringLower(Take(Count())),
            "uuid" => $"{new Guid(Take(16), bigEndian: true)}",
            "time" => Number(),
            _ when type.EndsWith('?') => Take(1)[0] is 1 ? Value(type[..^1]) : null,
            _ when type.StartsWith("list<", StringComparison.Ordinal) =>
                new JsonArray([.. Enumerable.Range(0, Count()).Select(_ => Value(type[5..^1]))]),
            _ when type.StartsWith("rest<", StringComparison.Ordinal) => at < bytes.Length ? Value(type[5..^1]) : null,
            _ when type.EndsWith(":byte", StringComparison.Ordinal) => _values[type[..^5]][Take(1)[0]],
            _ when _values.TryGetValue(type, out var values) => values[Number()],
            _ => new JsonObject(_structures[type].Select(field => KeyValuePair.Create(field.Name, Value(field.Type)))),
        };

        byte[] Take(int count)
        {
            at += count;
            return bytes[(at - count)..at];
        }

        long Number() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

        int Count() => BinaryPrimitives.ReadInt32BigEndian(Take(4));
    }

    private static IEnumerable<string[]> Rows(string section) => section.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
        .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray())
        .Select(row => row.Length > 2 ? row : [.. row, ""]);

    private static Field[] Fields(string cell) => [.. Regex.Matches(cell, "`([^` ]+) ([^`]+)`")
        .Select(found => new Field(found.Groups[1].Value, found.Groups[2].Value))];

    private sealed record Field(string Name, string Type);
}
