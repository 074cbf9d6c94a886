using CoalitionGateway.Ledger;
using Microsoft.AspNetCore.WebUtilities;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The authorization endpoint (RFC 6749, section 3.1) for apps of members: code and PKCE S256, redirect to the
/// loopback on any port and a registered path (RFC 8252, section 7.3). In the sandbox it answers at once for the member
/// whose membership number is the login_hint. Elsewhere it signs no member in.
/// </summary>
internal static class AuthorizeEndpoint
{
    public static async Task<IResult> Handle(
        HttpContext http, ClientRegistry clients, AuthorizationCodes codes, SandboxSignIn sandbox, GlobalPrivacyControl signals, GatewayOptions options)
    {
        var query = http.Request.Query;
        var (clientId, redirect) = (query["client_id"].ToString(), query["redirect_uri"].ToString());

        // Before the client and the redirect are verified, an error must not be sent to the redirect.
        if (await clients.Find(clientId, http.RequestAborted) is not { IsPublic: true, Kind: CallerKind.Member } client)
        {
            return Refuse("The client_id is not that of an app of members.");
        }

        if (!LoopbackRedirect.TryRead(redirect, client.RedirectPaths, out var target))
        {
            return Refuse($"The redirect_uri must be http on 127.0.0.1 or [::1], with any port, and one of the app's paths: {string.Join(' ', client.RedirectPaths)}");
        }

        if (query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } repeated)
        {
            return Back(target, query["state"], options, ("error", "invalid_request"), ("error_description", $"The parameter {repeated} is repeated."));
        }

        if (query["response_type"] != "code")
        {
            return Back(target, query["state"], options, ("error", "unsupported_response_type"), ("error_description", "Use response_type=code."));
        }

        var challenge = query["code_challenge"].ToString();
        if (query["code_challenge_method"] != "S256" || !Pkce.IsChallenge(challenge))
        {
            return Back(target, query["state"], options, ("error", "invalid_request"), ("error_description", Pkce.Remedy));
        }

        if (client.Grant(query["scope"].ToString()) is not { } scopes)
        {
            return Back(target, query["state"], options, ("error", "invalid_scope"), ("error_description", $"The app may ask for: {string.Join(' ', client.Scopes)}"));
        }

        if (await sandbox.Member(query["login_hint"].ToString(), http) is not { } member)
        {
            return Back(target, query["state"], options, ("error", "login_required"), ("error_description", sandbox.Remedy));
        }

        // Global Privacy Control (W3C, section 3): the browser refuses sharing for the member.
        if (http.Request.Headers["Sec-GPC"] == "1")
        {
            await signals.Hear(member, http.RequestAborted);
        }

        return await codes.Make(client.Id, redirect, challenge, member, scopes) is { } code
            ? Back(target, query["state"], options, ("code", code))
            : Back(target, query["state"], options, ("error", "temporarily_unavailable"), ("error_description", "No code can be made just now; sign in again in a moment."));
    }

    private static IResult Back(Uri redirect, string? state, GatewayOptions options, params (string Name, string Value)[] parameters)
    {
        // iss (RFC 9207) protects from a mix-up of authorization servers.
        var answer = parameters.ToDictionary(pair => pair.Name, pair => (string?)pair.Value);
        answer["iss"] = options.Issuer;
        if (!string.IsNullOrEmpty(state))
        {
            answer["state"] = state;
        }

        return Results.Redirect(QueryHelpers.AddQueryString(redirect.AbsoluteUri, answer));
    }

    private static IResult Refuse(string description) =>
        Results.Json(new { error = "invalid_request", error_description = description }, statusCode: StatusCodes.Status400BadRequest);
}
