using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Grpc.Core;

namespace CoalitionGateway.Testing.Requests;

/// <summary>
/// A valid request with one thing made wrong, and the gateway's expected answer. <paramref name="Field"/> is the faulty field as
/// a refusal names it; null if the refusal names none.
/// </summary>
public sealed record Fault(string Method, CallerKind Caller, string Title, Action<JsonObject> Break, StatusCode Code, string Reason, string? Field)
{
    public override string ToString() => $"{Method}: {Title}";
}

/// <summary>Ways to make a request wrong.</summary>
internal static class Faults
{
    public const string UnknownId = "0190a1b2-0000-7000-8000-000000000000";

    public static Fault Invalid(string method, CallerKind caller, string path, object? value) =>
        new(method, caller, $"{path} = {Text(value)}", json => Set(json, path, value), StatusCode.InvalidArgument, "FIELD_INVALID", SnakeCase(path));

    public static Fault Refused(string method, CallerKind caller, string path, object? value, StatusCode code, string reason, string? field = null) =>
        new(method, caller, $"{path} = {Text(value)} is {reason}", json => Set(json, path, value), code, reason, field);

    /// <summary>A request id must be a UUID, and not the nil one.</summary>
    public static IEnumerable<Fault> RequestId(string method, CallerKind caller) =>
        new object?[] { null, "", "1", "not-a-uuid", Guid.Empty.ToString(), "{0190a1b2-0000-7000-8000-000000000000}", new string('a', 5000) }
            .Select(value => Invalid(method, caller, "requestId", value));

    /// <summary>An id of a partner or programme: one malformed, one unknown.</summary>
    public static IEnumerable<Fault> Slug(string method, CallerKind caller, string path) =>
        new object?[] { null, "", "ab", "Upper", "white space", "1number", "ünïcode", new string('x', 41), "a/../b" }
            .Select(value => Invalid(method, caller, path, value));

    public static IEnumerable<Fault> Number(string method, CallerKind caller, string path = "membershipNumber") =>
        new object?[] { null, "", "white space", "ünïcode", "a/b", "new\nline", new string('x', 41) }
            .Select(value => Invalid(method, caller, path, value));

    public static IEnumerable<Fault> Amount(string method, CallerKind caller, string path, bool isOptional = false)
    {
        if (!isOptional)
        {
            yield return Invalid(method, caller, path, null);
        }

        foreach (var micros in new[] { 0, -1, long.MinValue, Money.MaxMicros + 1, long.MaxValue })
        {
            yield return Invalid(method, caller, $"{path}.micros", micros.ToString());
        }

        foreach (var currency in new[] { "", "eur", "EURO", "€", "E R", "ZZZ", "XXX", "XAU" })
        {
            yield return Invalid(method, caller, $"{path}.currencyCode", currency);
        }

        // A point may be worth less than a cent. But nobody pays less than a cent.
        if (!path.EndsWith("pointValue", StringComparison.Ordinal))
        {
            yield return Invalid(method, caller, $"{path}.micros", "9995000");
        }
    }

    public static IEnumerable<Fault> Time(string method, CallerKind caller, string path) =>
        new object?[] { null, "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", DateTime.UtcNow.AddMinutes(6).ToString("yyyy-MM-ddTHH:mm:ssZ") }
            .Select(value => Invalid(method, caller, path, value));

    public static IEnumerable<Fault> Points(string method, CallerKind caller) =>
        new[] { 0, -1, -1000, long.MinValue }.Select(points => Invalid(method, caller, "amountPoints", points.ToString()));

    public static IEnumerable<Fault> Page(string method, CallerKind caller)
    {
        yield return Invalid(method, caller, "pageSize", -1);
        yield return Invalid(method, caller, "pageSize", int.MinValue);
        yield return Invalid(method, caller, "pageToken", "not a token");
        yield return Invalid(method, caller, "pageToken", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        yield return Invalid(method, caller, "pageToken", new string('A', 20_000));
    }

    public static IEnumerable<Fault> Uuid(string method, CallerKind caller, string path) =>
        new object?[] { null, "", "1", "not-a-uuid", Guid.Empty.ToString() }.Select(value => Invalid(method, caller, path, value));

    /// <param name="json">The request.</param>
    /// <param name="path">A field's path, such as "agreement.rates[0].points".</param>
    /// <param name="value">Null: the field is removed.</param>
    public static void Set(JsonObject json, string path, object? value)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            json = (JsonObject)(part.Split('[', ']') is [var list, var index, _] ? json[list]![int.Parse(index)] : json[part])!;
        }

        if (value is null)
        {
            json.Remove(parts[^1]);
        }
        else
        {
            json[parts[^1]] = value is JsonNode node ? node.DeepClone() : JsonValue.Create(value);
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "absent",
        string { Length: > 45 } text => $"{text[..10]}… ({text.Length})",
        _ => $"{value}".ReplaceLineEndings("\\n"),
    };

    private static string SnakeCase(string path) => string.Concat(path.Select(letter => char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : letter.ToString()));
}
