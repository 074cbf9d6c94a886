using System.Text.Json;
using CoalitionGateway.Ledger;
using CoalitionGateway.OAuth;
using Duende.IdentityServer;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Stores;

namespace CoalitionGateway.Identity;

/// <summary>The registry's clients as IdentityServer wants them. One that is suspended is not found.</summary>
internal sealed class RegistryClients(ClientRegistry registry) : IClientStore
{
    public async Task<Duende.IdentityServer.Models.Client?> FindClientByIdAsync(string clientId) =>
        await registry.Find(clientId, CancellationToken.None) is { } found ? Of(found) : null;

    private static Duende.IdentityServer.Models.Client Of(OAuth.Client found) => new()
    {
        ClientId = found.Id,
        ClientSecrets = [.. Secrets(found)],
        RequireClientSecret = !found.IsPublic,
        AllowedGrantTypes = found.Kind == CallerKind.Member ? GrantTypes.Code : GrantTypes.ClientCredentials,
        AllowedScopes = [.. found.Scopes],
        RedirectUris = found.Kind == CallerKind.Member ? ["http://127.0.0.1"] : [],

        // OAuth 2.1, section 7.5: S256 for every code. Plain is off by default and stays so.
        RequirePkce = true,
        AllowPlainTextPkce = false,

        // Members agreed with the coalition, not with each app.
        RequireConsent = false,
        AllowOfflineAccess = false,

        // The default is an hour: as long a token would outlive its client's suspension.
        AccessTokenLifetime = (int)AccessTokens.Lifetime.TotalSeconds,

        // The default is five minutes: a redirect takes a second.
        AuthorizationCodeLifetime = 60,

        // Claims of the client go into every token, those of members too, without the default prefix "client_".
        AlwaysSendClientClaims = true,
        ClientClaimsPrefix = "",
    };

    private static IEnumerable<Secret> Secrets(OAuth.Client found)
    {
        if (found.SecretHash is { } hash)
        {
            yield return new Secret(Convert.ToBase64String(hash));
        }

        if (found.PublicKeys is { } keys)
        {
            using var set = JsonDocument.Parse(keys);
            foreach (var key in set.RootElement.GetProperty("keys").EnumerateArray())
            {
                yield return new Secret { Type = IdentityServerConstants.SecretTypes.JsonWebKey, Value = key.GetRawText() };
            }
        }
    }
}
