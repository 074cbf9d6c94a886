using Microsoft.AspNetCore;
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

        if (client.IsSuspended)
        {
            context.Reject(Errors.UnauthorizedClient, "The app is suspended; ask the coalition's operator.");
            return;
        }

        if (!client.TryRedirect(context.RedirectUri, out var redirect))
        {
            context.Reject(Errors.InvalidRequest, client.MayRedirectTo);
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
