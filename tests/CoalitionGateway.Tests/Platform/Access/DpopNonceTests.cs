using CoalitionGateway.Platform.Access;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>A gateway's nonces: how long they are accepted, and how much memory the used proofs take.</summary>
[Trait("Store", "any")]
public sealed class DpopNonceTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Nonce_IsAcceptedWhileItAndTheNextOneLast()
    {
        var nonces = new DpopNonces(_clock);
        var first = nonces.Latest();
        Assert.True(nonces.Accepts(first));
        _clock.Advance(DpopNonces.Pace);
        var second = nonces.Latest();
        Assert.NotEqual(first, second);
        Assert.True(nonces.Accepts(first) && nonces.Accepts(second));
        _clock.Advance(DpopNonces.Pace);
        Assert.False(nonces.Accepts(first));
        Assert.True(nonces.Accepts(second));
    }

    [Fact]
    public void Nonce_AfterALongSilence_IsNotAccepted()
    {
        var nonces = new DpopNonces(_clock);
        var first = nonces.Latest();
        _clock.Advance(2 * DpopNonces.Pace);
        Assert.False(nonces.Accepts(first));
    }

    [Fact]
    public void Nonce_OfAnotherGateway_IsNotAccepted() =>
        Assert.False(new DpopNonces(_clock).Accepts(new DpopNonces(_clock).Latest()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("made-up")]
    public void Nonce_MadeUp_IsNotAccepted(string? nonce) => Assert.False(new DpopNonces(_clock).Accepts(nonce));

    [Fact]
    public void UsedProof_StaysUsed_AfterTheNextNonceBegan()
    {
        var nonces = new DpopNonces(_clock);
        var first = nonces.Latest();
        Assert.True(nonces.TryUse(first, "key", "id"));
        _clock.Advance(DpopNonces.Pace);
        Assert.False(nonces.TryUse(first, "key", "id"));
        Assert.True(nonces.TryUse(first, "key", "other"));
        Assert.False(nonces.TryUse(first, "key", "other"));
    }

    [Fact]
    public void UsedProofs_AreBounded_TheNextNonceBeginsEarly()
    {
        var nonces = new DpopNonces(_clock, capacity: 100);
        var first = nonces.Latest();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(nonces.TryUse(first, "key", $"{i}"));
        }

        var second = nonces.Latest();
        Assert.NotEqual(first, second);
        Assert.True(nonces.Accepts(first));
        Assert.False(nonces.TryUse(first, "key", "0"));
        for (var i = 0; i < 100; i++)
        {
            Assert.True(nonces.TryUse(second, "key", $"{i}"));
        }

        Assert.NotEqual(second, nonces.Latest());
        Assert.False(nonces.Accepts(first));
    }
}
