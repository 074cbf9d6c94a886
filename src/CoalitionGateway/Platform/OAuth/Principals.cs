using System.Security.Claims;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>What a token says of its caller.</summary>
internal static class Principals
{
    /// <summary>The caller of tokens of a client itself.</summary>
    public static ClaimsPrincipal OfMachine(Client client, IEnumerable<string> scopes) => Of(client.Kind, client.Subject, scopes);

    /// <summary>The caller of tokens of a person who signed in.</summary>
    /// <param name="method">How (RFC 8176): <see cref="SignInSession.Method"/>.</param>
    public static ClaimsPrincipal OfPerson(CallerKind kind, string subject, IEnumerable<string> scopes, DateTimeOffset signInTime, string method)
    {
        var principal = Of(kind, subject, scopes);
        principal.SetClaim(Claims.AuthenticationTime, signInTime.ToUnixTimeSeconds()).SetClaims(Claims.AuthenticationMethodReference, [method]);
        principal.SetDestinations(static claim => claim.Type switch
        {
            Claims.AuthenticationTime or Claims.AuthenticationMethodReference => [Destinations.AccessToken, Destinations.IdentityToken],
            _ => [Destinations.AccessToken],
        });
        return principal;
    }

    private static ClaimsPrincipal Of(CallerKind kind, string subject, IEnumerable<string> scopes)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("coalition", Claims.Subject, Claims.Role));
        principal.SetClaim(Claims.Subject, subject).SetClaim(Callers.KindClaim, Caller.NameOf(kind)).SetScopes(scopes).SetResources(AccessSetup.Audience);
        principal.SetDestinations(static _ => [Destinations.AccessToken]);
        return principal;
    }
}
