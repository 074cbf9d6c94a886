using System.Text;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.OAuth;

/// <summary>A form that an authenticated client posted, to the token or the revocation endpoint.</summary>
internal sealed record ClientCall(Client Client, IFormCollection Form)
{
    /// <summary>Reads the form and authenticates the client; what stands against it is answered.</summary>
    public static async Task<(ClientCall? Call, IResult? Refusal)> Read(HttpContext http, ClientRegistry clients, ClientAssertions assertions)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await ReadForm(http) is not { } form)
        {
            return (null, Error("invalid_request", "Send the parameters, few and short, as application/x-www-form-urlencoded."));
        }

        if (form.FirstOrDefault(field => field.Value.Count > 1).Key is { } repeated)
        {
            return (null, Error("invalid_request", $"The parameter {repeated} is repeated."));
        }

        if (form.ContainsKey("client_assertion") || form.ContainsKey("client_assertion_type"))
        {
            return await ByAssertion(http, form, clients, assertions);
        }

        if (!TryReadCredentials(http, form, out var id, out var secret) || await clients.Find(id, http.RequestAborted) is not { } client
            || (client.IsPublic ? secret is not null : secret is null || !client.Proves(secret)))
        {
            return (null, UnknownClient(http, "The client is unknown or its secret is wrong."));
        }

        return (new ClientCall(client, form), null);
    }

    public static IResult Error(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);

    /// <summary>What gateways share cannot be reached: the same again a moment later may go through.</summary>
    public static IResult Unavailable(string description) => Error("temporarily_unavailable", description, StatusCodes.Status503ServiceUnavailable);

    /// <summary>private_key_jwt: the assertion and no other proof; the client's id is in it, and in the form if the client likes.</summary>
    private static async Task<(ClientCall? Call, IResult? Refusal)> ByAssertion(
        HttpContext http, IFormCollection form, ClientRegistry clients, ClientAssertions assertions)
    {
        var (assertion, id) = (form["client_assertion"].ToString(), form["client_id"].ToString());
        if (form["client_assertion_type"] != ClientAssertions.Type || http.Request.Headers.Authorization.Count > 0 || form.ContainsKey("client_secret")
            || ClientAssertions.ClientOf(assertion) is not { } claimed || (id.Length > 0 && id != claimed)
            || await clients.Find(claimed, http.RequestAborted) is not { } client)
        {
            return (null, UnknownClient(http, $"Send one proof: client_assertion with client_assertion_type={ClientAssertions.Type}, of a client that has published its keys."));
        }

        return await assertions.Prove(client, assertion) switch
        {
            AssertionOutcome.Proved => (new ClientCall(client, form), null),
            AssertionOutcome.Unknown => (null, Unavailable("Whether the assertion was used before cannot be told just now; try again with a new one.")),
            _ => (null, UnknownClient(http, "The assertion must be signed with a published key, by and about the client, for this issuer alone, for five minutes at most, with an id that was not used before.")),
        };
    }

    private static IResult UnknownClient(HttpContext http, string description)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"coalition\"";
        return Error("invalid_client", description, StatusCodes.Status401Unauthorized);
    }

    private static async Task<IFormCollection?> ReadForm(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "application/x-www-form-urlencoded")
        {
            return null;
        }

        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>client_secret_basic (section 2.3.1), client_secret_post, or the bare id of a public client; one of them.</summary>
    private static bool TryReadCredentials(HttpContext http, IFormCollection form, out string id, out string? secret)
    {
        (id, secret) = (form["client_id"].ToString(), form.TryGetValue("client_secret", out var posted) ? posted.ToString() : null);
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return id.Length > 0;
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || secret is not null)
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
