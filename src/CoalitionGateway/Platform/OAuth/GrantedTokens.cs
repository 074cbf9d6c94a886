using CoalitionGateway.Platform.Access;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Revoking a grant's tokens also ends the grant and its access tokens at every gateway: a code or a refresh token was used twice, or a
/// person or an app asked for it. The grant ends first, so that a token that is issued at the same moment is of no use.
/// </summary>
internal sealed class GrantedTokens(
    EndedCallers ended, IOpenIddictAuthorizationManager grants, IOpenIddictTokenCache<OAuthToken> cache, ILogger<OpenIddictTokenManager<OAuthToken>> log, IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictTokenStore<OAuthToken> store)
    : OpenIddictTokenManager<OAuthToken>(cache, log, options, store)
{
    public override async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        if (await grants.FindByIdAsync(identifier, cancellationToken) is { } grant)
        {
            await grants.TryRevokeAsync(grant, cancellationToken);
        }

        var revoked = await base.RevokeByAuthorizationIdAsync(identifier, cancellationToken);
        await ended.EndGrant(identifier, cancellationToken);
        return revoked;
    }
}
