using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Stores;

namespace CoalitionGateway.Identity;

/// <summary>The registry's clients as IdentityServer wants them. One that is suspended is told so once it has proved itself: see CallerClaims.</summary>
internal sealed class RegistryClients(ClientRegistry registry) : IClientStore
{
    public async Task<Duende.IdentityServer.Models.Client?> FindClientByIdAsync(string clientId) =>
        await registry.Find(clientId, CancellationToken.None) is { } found ? Of(found) : null;

    private static Duende.IdentityServer.Models.Client Of(OAuth.Client found) => new()
    {
        ClientId = found.Id,
        // Keys are AssertedClients' matter.
        ClientSecrets =
        [
            .. found.SecretHash is { Length: > 0 } hash ? [new Secret(Convert.ToBase64String(hash), found.SecretEndTime)] : Array.Empty<Secret>(),
            .. found.FormerSecret is { } former ? [new Secret(Convert.ToBase64String(former.Hash), former.EndTime)] : Array.Empty<Secret>(),
        ],
        // A client for itself always proves itself: see Client.IsPublic.
        RequireClientSecret = !found.IsPublic,
        AllowedGrantTypes = found.SignsPeopleIn ? GrantTypes.Code : GrantTypes.ClientCredentials,
        AllowedScopes = [.. found.Scopes],

        // On the loopback at any port: see LoopbackRedirects.
        RedirectUris = [.. found.RedirectUris, .. found.RedirectPaths.Select(path => $"{LoopbackRedirect.Origin}{path}")],

        // OAuth 2.1, section 7.5: S256 for every code. Plain is off by default and stays so.
        RequirePkce = true,
        AllowPlainTextPkce = false,

        // Members agreed with the coalition, not with each app.
        RequireConsent = false,
        AllowOfflineAccess = false,

        // The default is an hour: as long a token would outlive its client's suspension.
        AccessTokenLifetime = (int)AuthoritySetup.TokenLifetime.TotalSeconds,

        // The default is five minutes: a redirect takes a second.
        AuthorizationCodeLifetime = (int)AuthoritySetup.CodeLifetime.TotalSeconds,

        // Whoever was signed in longer ago is asked again: a code is for whom the app names now.
        UserSsoLifetime = 10,

        // Claims of the client go into every token, those of members too, without the default prefix "client_".
        AlwaysSendClientClaims = true,
        ClientClaimsPrefix = "",
    };
}
