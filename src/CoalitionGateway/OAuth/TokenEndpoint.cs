using System.Text;
using CoalitionGateway.Ledger;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.OAuth;

/// <summary>The token endpoint (RFC 6749, section 3.2): client_credentials, and authorization_code with PKCE.</summary>
internal static class TokenEndpoint
{
    public static async Task<IResult> Handle(HttpContext http, ClientRegistry clients, AuthorizationCodes codes, AccessTokens tokens)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await Form(http) is not { } form)
        {
            return Error("invalid_request", "Send the parameters, few and short, as application/x-www-form-urlencoded.");
        }

        if (form.FirstOrDefault(field => field.Value.Count > 1).Key is { } repeated)
        {
            return Error("invalid_request", $"The parameter {repeated} is repeated.");
        }

        if (!TryReadCredentials(http, form, out var id, out var secret) || await clients.Find(id, http.RequestAborted) is not { } client
            || (client.IsPublic ? secret is not null : secret is null || !client.Proves(secret)))
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"coalition\"";
            return Error("invalid_client", "The client is unknown or its secret is wrong.", StatusCodes.Status401Unauthorized);
        }

        return form["grant_type"].ToString() switch
        {
            "client_credentials" => ClientCredentials(client, form["scope"], tokens),
            "authorization_code" => AuthorizationCode(client, form, codes, tokens),
            _ => Error("unsupported_grant_type", "Use client_credentials or authorization_code."),
        };
    }

    private static async Task<IFormCollection?> Form(HttpContext http)
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

    private static IResult ClientCredentials(Client client, StringValues scope, AccessTokens tokens)
    {
        if (client.IsPublic || client.Kind == CallerKind.Member)
        {
            return Error("unauthorized_client", "An app of members gets its tokens for members, with authorization_code.");
        }

        return client.Grant(scope.ToString()) is { } scopes
            ? Token(tokens.Issue(client, client.Kind, client.Subject, scopes), scopes)
            : Error("invalid_scope", $"The client may ask for: {string.Join(' ', client.Scopes)}");
    }

    private static IResult AuthorizationCode(Client client, IFormCollection form, AuthorizationCodes codes, AccessTokens tokens)
    {
        var grant = codes.Take(form["code"].ToString());
        if (grant is null || grant.ClientId != client.Id || grant.RedirectUri != form["redirect_uri"] || !grant.IsProvedBy(form["code_verifier"].ToString()))
        {
            return Error("invalid_grant", "The code is unknown, used or expired, or does not belong to this client, redirect_uri and code_verifier.");
        }

        return Token(tokens.Issue(client, CallerKind.Member, grant.Member.ToString(), grant.Scopes), grant.Scopes);
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

    private static IResult Token(string token, IEnumerable<string> scopes) => Results.Json(new
    {
        access_token = token,
        token_type = "Bearer",
        expires_in = (int)AccessTokens.Lifetime.TotalSeconds,
        scope = string.Join(' ', scopes),
    });

    private static IResult Error(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);
}
