using CoalitionGateway.Platform.Access;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>Tokens begin and end by the gateway's clock, give or take the tolerated skew.</summary>
[Trait("Store", "any")]
public sealed class TokenLifetimeTests
{
    private readonly TestClock _clock = new();
    private readonly TokenValidationParameters _parameters = new() { ClockSkew = TimeSpan.FromSeconds(10) };

    [Fact]
    public void Token_IsValidFromItsBeginToItsEnd()
    {
        var (begin, end) = (_clock.GetUtcNow().UtcDateTime.AddSeconds(10), _clock.GetUtcNow().UtcDateTime.AddMinutes(1));
        Assert.True(Check(begin, end));
        Assert.Throws<SecurityTokenNotYetValidException>(() => Check(begin.AddTicks(1), end));
        _clock.Advance(TimeSpan.FromSeconds(70) - TimeSpan.FromTicks(1));
        Assert.True(Check(begin, end));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Throws<SecurityTokenExpiredException>(() => Check(begin, end));
    }

    [Fact]
    public void Token_WithoutAnEnd_IsNoToken() => Assert.Throws<SecurityTokenNoExpirationException>(() => Check(null, null));

    private bool Check(DateTime? begin, DateTime? end) => TokenLifetime.By(_clock)(begin, end, null!, _parameters);
}
