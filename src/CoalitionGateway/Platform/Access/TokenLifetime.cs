using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.Access;

/// <summary>A token begins and ends by the gateway's clock, by which it is issued and everything else is decided.</summary>
internal static class TokenLifetime
{
    /// <summary>The check of a token's times by a clock.</summary>
    public static LifetimeValidator By(TimeProvider clock) => (begin, end, _, parameters) =>
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (end is not { } until)
        {
            throw new SecurityTokenNoExpirationException("The token has no end.");
        }

        if (begin is { } from && from - parameters.ClockSkew > now)
        {
            throw new SecurityTokenNotYetValidException("The token is not valid yet.") { NotBefore = from };
        }

        return until + parameters.ClockSkew > now ? true : throw new SecurityTokenExpiredException("The token has ended.") { Expires = until };
    };
}
