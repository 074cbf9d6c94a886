using CoalitionGateway.Platform.Access;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// OpenIddict's tokens, with one more duty: when the tokens of a grant are revoked, because a code or a refresh token was used
/// twice or because a person or an app asked for it, the grant's access tokens end at every gateway too.
/// </summary>
internal sealed class GrantedTokens(
    EndedCallers ended, IOpenIddictTokenCache<OAuthToken> cache, ILogger<OpenIddictTokenManager<OAuthToken>> log, IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictTokenStore<OAuthToken> store)
    : OpenIddictTokenManager<OAuthToken>(cache, log, options, store)
{
    public override async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        var revoked = await base.RevokeByAuthorizationIdAsync(identifier, cancellationToken);
        await ended.EndGrant(identifier, cancellationToken);
        return revoked;
    }
}
