using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The result of a client's proof.</summary>
/// <param name="Claimed">The client id that the caller claims.</param>
/// <param name="Client">The client if it proved itself; otherwise null.</param>
/// <param name="IsUnknown">Whether the result is unknown just now.</param>
/// <param name="IsTooOften">Whether the proof was not checked, because too many attempts failed.</param>
internal sealed record Proof(string Claimed, Client? Client, bool IsUnknown = false, bool IsTooOften = false)
{
    /// <summary>How the attempt was counted.</summary>
    public Admission Admission { get; init; }
}

/// <summary>A form that an authenticated client posted, to the token or the revocation endpoint.</summary>
internal sealed record ClientCall(Client Client, IFormCollection Form)
{
    /// <summary>The largest size of a form in bytes.</summary>
    public const int LongestForm = 8192;

    // One text for every fault, so that a prober learns nothing.
    private const string _unproved =
        "The client is unknown or its proof is wrong. Send one: its secret, a connection with a certificate of a published key, or a client_assertion with client_assertion_type=" + ClientAssertions.Type
        + ", signed with a published key, by and about the client, for this issuer alone, for five minutes at most, with an id that was not used before.";

    private static readonly HashSet<string> _charsets = new(["", "utf-8", "us-ascii"], StringComparer.OrdinalIgnoreCase);
    private static readonly FormOptions _limits = new() { ValueCountLimit = 32, KeyLengthLimit = 64, ValueLengthLimit = LongestForm };

    /// <summary>Reads the form and authenticates the client. Returns either the call or the refusal.</summary>
    public static async Task<(ClientCall? Call, IResult? Refusal)> Read(
        HttpContext http, ClientRegistry clients, ClientAssertions assertions, FailedAttempts attempts, RateLimits limits)
    {
        http.Response.Headers.CacheControl = "no-store";
        var (form, fault) = await ReadForm(http);
        if (form is null)
        {
            return (null, Error("invalid_request", $"Send the parameters, few and short, as application/x-www-form-urlencoded of at most {LongestForm} bytes.", fault));
        }

        if (form.FirstOrDefault(field => field.Value.Count > 1).Key is { } repeated)
        {
            return (null, Error("invalid_request", $"The parameter {repeated} is repeated."));
        }

        var proof = form.ContainsKey("client_assertion") || form.ContainsKey("client_assertion_type")
            ? await ByAssertion(http, form, clients, assertions, attempts)
            : await BySecret(http, form, clients, attempts);
        return proof switch
        {
            { IsUnknown: true } => (null, Unavailable(http, "Whether the assertion was used before cannot be told just now; try again with a new one.")),
            { Client: null } => (null, Unproved(http, proof, attempts)),
            { Client: not null } => await Proved(http, proof, form, attempts, limits),
        };
    }

    public static IResult Error(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);

    /// <summary>The state that gateways share cannot be reached. The same request may succeed a moment later.</summary>
    public static IResult Unavailable(HttpContext http, string description)
    {
        http.Response.Headers.RetryAfter = "1";
        return Error("temporarily_unavailable", description, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>private_key_jwt: only the assertion. It contains the client's id, and the form may contain the id too.</summary>
    private static async Task<Proof> ByAssertion(HttpContext http, IFormCollection form, ClientRegistry clients, ClientAssertions assertions, FailedAttempts attempts)
    {
        var (assertion, id) = (form["client_assertion"].ToString(), form["client_id"].ToString());
        if (form["client_assertion_type"] != ClientAssertions.Type || http.Request.Headers.Authorization.Count > 0 || form.ContainsKey("client_secret")
            || ClientAssertions.ClientOf(assertion) is not { } claimed || (id.Length > 0 && id != claimed))
        {
            return new Proof(id, null);
        }

        if (await attempts.Admit(claimed, http.Connection.RemoteIpAddress, http.RequestAborted) is not { } admission)
        {
            return new Proof(claimed, null, IsTooOften: true);
        }

        var client = await clients.Find(claimed, http.RequestAborted);
        return await assertions.Prove(claimed, client, assertion) switch
        {
            AssertionOutcome.Proved => new Proof(claimed, client) { Admission = admission },
            AssertionOutcome.Unknown => new Proof(claimed, null, IsUnknown: true) { Admission = admission },
            _ => new Proof(claimed, null) { Admission = admission },
        };
    }

    /// <summary>One of client_secret_basic (section 2.3.1), client_secret_post, the connection's certificate, and only the id of a public client.</summary>
    private static async Task<Proof> BySecret(HttpContext http, IFormCollection form, ClientRegistry clients, FailedAttempts attempts)
    {
        if (!TryReadCredentials(http, form, out var id, out var secret))
        {
            return new Proof(id, null);
        }

        if (await attempts.Admit(id, http.Connection.RemoteIpAddress, http.RequestAborted) is not { } admission)
        {
            return new Proof(id, null, IsTooOften: true);
        }

        var client = await clients.Find(id, http.RequestAborted);
        return new Proof(id, client is not null && IsProved(http, client, secret) ? client : null) { Admission = admission };
    }

    private static bool IsProved(HttpContext http, Client client, string? secret)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        return client.IsPublic ? secret is null
            : secret is not null ? client.Proves(secret, now)
            : ClientCertificates.Prove(client, http.Connection.ClientCertificate, now);
    }

    private static async Task<(ClientCall? Call, IResult? Refusal)> Proved(
        HttpContext http, Proof proof, IFormCollection form, FailedAttempts attempts, RateLimits limits)
    {
        var client = proof.Client!;
        attempts.Proved(client.Id, http.Connection.RemoteIpAddress, proof.Admission);

        // All members share a public client's id, so one member must not slow the others down.
        if (!client.IsPublic && limits.Of(RateLimits.Authority) is { } limit
            && await limits.Take(new Caller(client.Kind, client.Subject), limit) is { Ticks: > 0 } wait)
        {
            http.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds):0}";
            return (null, Error("temporarily_unavailable", $"A client may ask {limit.CallsPerSecond} times a second, {limit.Burst} times at once.", StatusCodes.Status429TooManyRequests));
        }

        return client.IsSuspended
            ? (null, Error("unauthorized_client", "The client is suspended; ask the coalition's operator."))
            : (new ClientCall(client, form), null);
    }

    private static IResult Unproved(HttpContext http, Proof proof, FailedAttempts attempts)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"coalition\"";
        if (proof.IsTooOften)
        {
            http.Response.Headers.RetryAfter = $"{FailedAttempts.Pause.TotalSeconds:0}";
            return Error("invalid_client", "Too many attempts failed; this one was not looked at. Try again in a second.", StatusCodes.Status429TooManyRequests);
        }

        attempts.Failed(proof.Claimed, http.Connection.RemoteIpAddress, proof.Admission);
        return Error("invalid_client", _unproved, StatusCodes.Status401Unauthorized);
    }

    /// <summary>Reads a form; none, and the status to answer with, if it cannot be read.</summary>
    public static async Task<(IFormCollection? Form, int Fault)> ReadForm(HttpContext http)
    {
        // The form is UTF-8 (RFC 6749, appendix B), which includes US-ASCII. The framework fails with charsets such as UTF-7.
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "application/x-www-form-urlencoded"
            || !_charsets.Contains(HeaderUtilities.RemoveQuotes(type.Charset).ToString()))
        {
            return (null, StatusCodes.Status400BadRequest);
        }

        try
        {
            return (await http.Request.ReadFormAsync(_limits, http.RequestAborted), StatusCodes.Status200OK);
        }
        catch (BadHttpRequestException malformed)
        {
            return (null, malformed.StatusCode);
        }
        catch (InvalidDataException)
        {
            return (null, StatusCodes.Status400BadRequest);
        }
    }

    private static bool TryReadCredentials(HttpContext http, IFormCollection form, out string id, out string? secret)
    {
        (id, secret) = (form["client_id"].ToString(), form.TryGetValue("client_secret", out var posted) ? posted.ToString() : null);
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return id.Length > 0;
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || header.Length > LongestForm || secret is not null)
        {
            return false;
        }

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..].Trim())).Split(':', 2);
            var named = id;
            (id, secret) = (Uri.UnescapeDataString(pair[0].Replace('+', ' ')), pair.Length == 2 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : null);
            return named.Length == 0 || named == id;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
