using Microsoft.AspNetCore;
using CoalitionGateway.Ledger;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// What the authorization endpoint (RFC 6749, section 3.1) adds to OpenIddict. Once the client and its redirect are known to
/// be right, each error goes back to the app (section 4.1.2.1). Until then it stays here.
/// </summary>
internal sealed class AuthorizationRequests(ClientRegistry clients, GatewayOptions options)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    private const string _redirect = "proven_redirect";

    /// <summary>Called once the client is known, and a pushed request was read.</summary>
    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (await clients.Find(context.ClientId!, context.CancellationToken) is not { SignsPeopleIn: true } client)
        {
            context.Reject(Errors.InvalidRequest, "The client_id is not that of an app in which people sign in.");
            return;
        }

        if (!LoopbackRedirect.TryRead(context.RedirectUri ?? "", client.RedirectPaths, out var redirect))
        {
            context.Reject(Errors.InvalidRequest, $"The redirect_uri must be http on 127.0.0.1 or [::1], with any port, and one of the app's paths: {string.Join(' ', client.RedirectPaths)}");
            return;
        }

        context.Transaction.SetProperty(_redirect, redirect.AbsoluteUri);
        var http = context.Transaction.GetHttpRequest()!;
        if (http.Query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } repeated)
        {
            context.Reject(Errors.InvalidRequest, $"The parameter {repeated} is repeated.");
        }
        else if (context.Request.ResponseType != ResponseTypes.Code)
        {
            // The answer to another type would come in the fragment.
            context.Request.ResponseMode = ResponseModes.Query;
            context.Reject(Errors.UnsupportedResponseType, "Use response_type=code.");
        }
        else if (context.Request.CodeChallengeMethod != CodeChallengeMethods.Sha256 || !Pkce.IsChallenge(context.Request.CodeChallenge ?? ""))
        {
            context.Reject(Errors.InvalidRequest, Pkce.Remedy);
        }
        else if (client.Grant(context.Request.Scope) is null)
        {
            context.Reject(Errors.InvalidScope, client.MayAskFor);
        }
    }

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        context.RedirectUri = context.Transaction.GetProperty<string>(_redirect);

        // iss (RFC 9207) protects from a mix-up of authorization servers.
        context.Response.Iss = context.RedirectUri is null ? null : options.Issuer;
        if (context.RedirectUri is null)
        {
            var http = context.Transaction.GetHttpRequest()!.HttpContext;
            await ClientCall.Error(context.Error ?? Errors.InvalidRequest, context.Response.ErrorDescription ?? "").ExecuteAsync(http);
            context.HandleRequest();
        }
    }
}

/// <summary>The checks of a pushed request (RFC 9126) that OpenIddict lacks.</summary>
internal sealed class PushedRequests : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        var client = context.Transaction.ProvenClient();
        if (!Pkce.IsChallenge(context.Request.CodeChallenge ?? ""))
        {
            context.Reject(Errors.InvalidRequest, Pkce.Remedy);
        }
        else if (client.Grant(context.Request.Scope) is null)
        {
            context.Reject(Errors.InvalidScope, client.MayAskFor);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Signs a member in for an app and gives it the scopes that it asked for.</summary>
internal sealed class SignIn(SandboxSignIn sandbox, GlobalPrivacyControl signals, ClientRegistry clients, TimeProvider clock)
    : IOpenIddictServerHandler<HandleAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandleAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var client = (await clients.Find(context.ClientId!, context.CancellationToken))!;
        if (await sandbox.Member(context.Request.LoginHint ?? "", http) is not { } member)
        {
            context.Reject(Errors.LoginRequired, sandbox.Remedy);
            return;
        }

        // Global Privacy Control (W3C, section 3): the browser refuses sharing for the member.
        if (http.Request.Headers["Sec-GPC"] == "1")
        {
            await signals.Hear(member, http.RequestAborted);
        }

        context.SignIn(Principals.OfPerson(CallerKind.Member, member.ToString(), client.Grant(context.Request.Scope)!, clock.GetUtcNow()));
    }
}
