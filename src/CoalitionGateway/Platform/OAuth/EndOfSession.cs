using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Ends the browser's session for an app (OpenID Connect RP-Initiated Logout 1.0, section 2). The app proves by its id token whose session it
/// means; otherwise any page could sign a member out. Without that the member decides on their account page. The app revokes its own tokens.
/// </summary>
internal sealed class EndOfSession(SignInSessions sessions, GatewayOptions options)
    : IOpenIddictServerHandler<ValidateEndSessionRequestContext>, IOpenIddictServerHandler<HandleEndSessionRequestContext>
{
    /// <summary>The client is the one that the id token was issued to: where the browser goes next must be a redirect of that client's.</summary>
    public ValueTask HandleAsync(ValidateEndSessionRequestContext context)
    {
        if (context.IdentityTokenHintPrincipal?.GetAudiences() is [var client])
        {
            context.Request.ClientId ??= client;
        }
        else if (context.Request.PostLogoutRedirectUri is { Length: > 0 })
        {
            context.Reject(Errors.InvalidRequest, "Send the id_token_hint with a post_logout_redirect_uri.");
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask HandleAsync(HandleEndSessionRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var session = await sessions.Of(http);
        if (session is not null && session.Subject != context.IdentityTokenHintPrincipal?.GetClaim(Claims.Subject))
        {
            Send("account");
            return;
        }

        if (session is not null)
        {
            await sessions.End(http);
        }

        if (context.Request.PostLogoutRedirectUri is { Length: > 0 })
        {
            context.SignOut();
        }
        else
        {
            Send("sign-in");
        }

        void Send(string page)
        {
            http.Response.Redirect($"{options.Issuer}/{page}");
            context.HandleRequest();
        }
    }
}
