using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using Microsoft.Extensions.Primitives;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The token endpoint (RFC 6749, section 3.2): client_credentials, and authorization_code with PKCE.</summary>
internal static class TokenEndpoint
{
    public static async Task<IResult> Handle(
        HttpContext http, ClientRegistry clients, ClientAssertions assertions, FailedAttempts attempts, RateLimits limits, AuthorizationCodes codes, AccessTokens tokens)
    {
        var (call, refusal) = await ClientCall.Read(http, clients, assertions, attempts, limits);
        if (call is null)
        {
            return refusal!;
        }

        var (client, form) = call;
        return form["grant_type"].ToString() switch
        {
            "client_credentials" => ClientCredentials(client, form["scope"], tokens),
            "authorization_code" => await AuthorizationCode(client, form, codes, tokens),
            _ => ClientCall.Error("unsupported_grant_type", "Use client_credentials or authorization_code."),
        };
    }

    private static IResult ClientCredentials(Client client, StringValues scope, AccessTokens tokens)
    {
        if (client.IsPublic || client.Kind == CallerKind.Member)
        {
            return ClientCall.Error("unauthorized_client", "An app of members gets its tokens for members, with authorization_code.");
        }

        return client.Grant(scope.ToString()) is { } scopes
            ? Token(tokens.Issue(client, client.Kind, client.Subject, scopes, AccessTokens.NewId()), scopes)
            : ClientCall.Error("invalid_scope", $"The client may ask for: {string.Join(' ', client.Scopes)}");
    }

    private static async Task<IResult> AuthorizationCode(Client client, IFormCollection form, AuthorizationCodes codes, AccessTokens tokens)
    {
        var id = AccessTokens.NewId();
        var grant = await codes.Take(form["code"].ToString(), id);

        if (grant is null || grant.ClientId != client.Id || grant.RedirectUri != form["redirect_uri"] || !grant.IsProvedBy(form["code_verifier"].ToString()))
        {
            return ClientCall.Error("invalid_grant", "The code is unknown, used or expired, or does not belong to this client, redirect_uri and code_verifier.");
        }

        return Token(tokens.Issue(client, CallerKind.Member, grant.Member.ToString(), grant.Scopes, id), grant.Scopes);
    }

    private static IResult Token(string token, IEnumerable<string> scopes) => Results.Json(new
    {
        access_token = token,
        token_type = "Bearer",
        expires_in = (int)AccessTokens.Lifetime.TotalSeconds,
        scope = string.Join(' ', scopes),
    });
}
