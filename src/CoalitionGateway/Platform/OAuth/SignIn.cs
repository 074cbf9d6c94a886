using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.OAuth.Pages;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Answers an authorization request: gives the app a code for the member or person who is signed in and allowed it, or sends the browser to
/// the pages on which they do both. A web app of the operator's own needs no permission of persons: only its exact address gets the code. In the sandbox, and there alone, a login_hint signs its member or person in at once.
/// </summary>
internal sealed class SignIn(
    SandboxSignIn sandbox, SignInSessions sessions, AppAccesses apps, ConsentPages consents, GlobalPrivacyControl signals, ClientRegistry clients, GatewayOptions options, TimeProvider clock)
    : IOpenIddictServerHandler<HandleAuthorizationRequestContext>
{
    // How long ago a sign-in for prompt=login may be, on the way back to the request.
    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(1);

    public async ValueTask HandleAsync(HandleAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var client = (await clients.Find(context.ClientId!, context.CancellationToken))!;
        var scopes = client.Grant(context.Request.Scope)!;
        if (options.Sandbox && !string.IsNullOrEmpty(context.Request.LoginHint))
        {
            if (await sandbox.Account(context.Request.LoginHint, client.Kind, http) is not { } named)
            {
                context.Reject(Errors.LoginRequired, SandboxSignIn.Remedy);
                return;
            }

            await Answer(context, http, named, scopes, clock.GetUtcNow(), SignInSessions.ByPasskey);
            return;
        }

        // A member who is signed in is nobody to an operator's app.
        var signedIn = await sessions.Find(http) is { } found && found.Account.Kind == client.Kind ? found : null;
        var session = signedIn?.Session;
        var isGiven = session is not null && consents.IsGiven(http, session, client, scopes);
        if (signedIn is null || session is null || (!isGiven && !IsFreshEnough(session, context.Request)))
        {
            AskToSignIn(context, http);
        }
        else if (http.Request.Query[ConsentPages.Denied].Count > 0)
        {
            context.Reject(Errors.AccessDenied, "The member did not allow the app's access.");
        }
        else if ((signedIn.Account.Person is null || !client.RedirectUris.Contains(context.Request.RedirectUri ?? ""))
            && ((context.Request.HasPromptValue(PromptValues.Consent) && !isGiven) || !await apps.Covers(session.AccountId, client.Id, scopes, http.RequestAborted)))
        {
            await AskForConsent(context, http, session, client, scopes);
        }
        else
        {
            await Answer(context, http, signedIn.Account, scopes, new DateTimeOffset(session.CreateTime, TimeSpan.Zero), session.Method);
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private bool IsFreshEnough(SignInSession session, OpenIddictRequest request)
    {
        var age = Now - session.CreateTime;
        return (!request.HasPromptValue(PromptValues.Login) || age < _fresh)
            && (request.MaxAge is not { } most || age.TotalSeconds <= Math.Max(most, _fresh.TotalSeconds));
    }

    /// <summary>Sends the browser to the sign-in page, unless the app wants no page.</summary>
    private void AskToSignIn(HandleAuthorizationRequestContext context, HttpContext http)
    {
        if (context.Request.HasPromptValue(PromptValues.None))
        {
            context.Reject(Errors.LoginRequired, "The member is not signed in.");
            return;
        }

        var place = PagePlace.ForRequest(options, "sign-in", http.Request);
        http.Response.Redirect(place.Address(context.Request.UiLocales));
        context.HandleRequest();
    }

    /// <summary>Shows the page that asks for the app's access, unless the app wants no page.</summary>
    private async Task AskForConsent(HandleAuthorizationRequestContext context, HttpContext http, SignInSession session, Client client, IReadOnlyList<string> scopes)
    {
        if (context.Request.HasPromptValue(PromptValues.None))
        {
            context.Reject(Errors.ConsentRequired, "The member has not allowed the app's access.");
            return;
        }

        await consents.Show(http, session, client, scopes, new Uri(context.Request.RedirectUri!), context.Request.UiLocales);
        context.HandleRequest();
    }

    private async Task Answer(HandleAuthorizationRequestContext context, HttpContext http, Account account, IReadOnlyList<string> scopes, DateTimeOffset signInTime, string method)
    {
        await signals.Hear(http, account.AccountId);
        var allowed = account.Allowed(scopes);
        if (allowed.Count == 0)
        {
            context.Reject(Errors.AccessDenied, "The person's roles allow none of these scopes.");
            return;
        }

        context.SignIn(Principals.OfPerson(account.Kind, account.Id, allowed, signInTime, method));
    }
}
