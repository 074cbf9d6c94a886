using System.Security.Claims;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Store;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Says whom the tokens of a token request (RFC 6749, section 3.2) are for: the client itself, the person whose code or refresh
/// token it sent, or the caller of the token that it exchanges (RFC 8693).
/// </summary>
internal sealed class TokenRequests(LedgerStore store, EndedCallers ended)
    : IOpenIddictServerHandler<HandleTokenRequestContext>, IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var client = context.Transaction.ProvenClient();
        if (context.Request.IsClientCredentialsGrantType())
        {
            if (client.Grant(context.Request.Scope) is { } scopes)
            {
                context.SignIn(Principals.OfMachine(client, scopes));
            }
            else
            {
                context.Reject(Errors.InvalidScope, client.MayAskFor);
            }
        }
        else if (context.Request.IsTokenExchangeGrantType())
        {
            await Exchange(context, client);
        }
        else if (!await Narrow(context.Principal!, client, context.CancellationToken))
        {
            context.Reject(Errors.InvalidGrant, "The person's account has ended.");
        }
    }

    /// <summary>A token from an exchange ends with the one that was exchanged.</summary>
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.IssuedTokenPrincipal is { } issued
            && context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!)?.SubjectTokenPrincipal is { } exchanged)
        {
            issued.SetExpirationDate(exchanged.GetExpirationDate());
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Token exchange only narrows: the same caller, fewer scopes, the same end.</summary>
    private async ValueTask Exchange(HandleTokenRequestContext context, Client client)
    {
        var subject = context.SubjectTokenPrincipal!;
        if (context.Request.SubjectTokenType != TokenTypeIdentifiers.AccessToken || context.Request.ActorToken is not null
            || context.Request.RequestedTokenType is not (null or "" or TokenTypeIdentifiers.AccessToken))
        {
            context.Reject(Errors.InvalidRequest, "Exchange an access token for an access token, without an actor_token.");
            return;
        }

        var wanted = context.Request.GetScopes();
        if (wanted.IsEmpty || !wanted.All(subject.HasScope))
        {
            context.Reject(Errors.InvalidScope, $"Name in scope what the new token may do. It may be part of: {string.Join(' ', subject.GetScopes())}");
            return;
        }

        if (!subject.HasPresenter(client.Id) || !BoundTokens.KeepsBinding(subject, context.Transaction) || await IsEnded(subject))
        {
            context.Reject(Errors.InvalidGrant, "The token is not this client's, is bound to a key that this request does not prove, or has ended.");
            return;
        }

        var narrowed = new ClaimsPrincipal(new ClaimsIdentity(
            subject.Claims.Where(claim => claim.Type is Claims.Subject or Callers.KindClaim or KnownCaller.GrantClaim or Claims.AuthenticationTime or Claims.AuthenticationMethodReference), "coalition"));
        narrowed.SetScopes(wanted).SetResources(AccessSetup.Audience);
        narrowed.SetDestinations(static _ => [Destinations.AccessToken]);
        context.Principal = narrowed;
    }

    /// <summary>Keeps the scopes that the client may still ask for, and that a person's roles still allow.</summary>
    /// <returns>False: the account has ended.</returns>
    private async ValueTask<bool> Narrow(ClaimsPrincipal person, Client client, CancellationToken cancellation)
    {
        if (await store.FindAccount(new AccountId(person.GetClaim(Claims.Subject)!), cancellation) is not { } account
            || Caller.NameOf(account.Kind) != person.GetClaim(Callers.KindClaim) || !account.Counts(SignInTimeOf(person).AddSeconds(1)))
        {
            return false;
        }

        var scopes = person.GetScopes().Where(client.MayHave).ToArray();
        person.SetScopes(account.Person is null ? scopes : account.Allowed(scopes));
        return true;
    }

    // A token names its sign-in in whole seconds.
    private static DateTime SignInTimeOf(ClaimsPrincipal person) =>
        KnownCaller.SignInTimeOf(person.GetClaim(Claims.AuthenticationTime))?.UtcDateTime ?? DateTime.MinValue;

    private async ValueTask<bool> IsEnded(ClaimsPrincipal token) => await ended.FindProblem(token.ToKnownCaller(), CancellationToken.None) is not null;
}
