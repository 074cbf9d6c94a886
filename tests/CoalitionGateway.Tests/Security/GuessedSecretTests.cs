using System.Diagnostics;
using System.Net;
using CoalitionGateway.OAuth;
using CoalitionGateway.Tests.Hosting;

namespace CoalitionGateway.Tests.Security;

/// <summary>Wrong secrets are slowed, and lock nobody out.</summary>
public sealed class GuessedSecretTests
{
    [Fact]
    public async Task Secret_GuessedOften_IsAnsweredSlowly_AndTheRightOnePasses()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var watch = Stopwatch.StartNew();
        var guesses = await Task.WhenAll(Enumerable.Range(0, 3 * FailedAttempts.Burst).Select(i => Ask(coalition, $"guess-{i}")));
        Assert.True(watch.Elapsed >= FailedAttempts.Pause - TimeSpan.FromMilliseconds(50), $"Answered after {watch.Elapsed}.");
        Assert.All(guesses, guess => Assert.Equal("invalid_client", guess.Error));
        Assert.Contains(guesses, guess => guess.Status == HttpStatusCode.Unauthorized);
        Assert.Contains(guesses, guess => guess.Status == HttpStatusCode.TooManyRequests);

        var guessing = Task.WhenAll(Enumerable.Range(0, 2 * FailedAttempts.Burst).Select(i => Ask(coalition, $"other-{i}")));
        Assert.Equal(HttpStatusCode.OK, (await Ask(coalition, coalition.Alpha.Secret)).Status);
        Assert.Contains(await guessing, guess => guess.Status == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Attempts_ThatFail_AreCountedByIdAndByAddress_AndForgotten()
    {
        var clock = new TestClock();
        var attempts = new FailedAttempts(clock);
        var (here, there) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"));
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.False(await attempts.AreTooMany("alpha", here, TestContext.Current.CancellationToken));
        }

        foreach (var (id, address) in new[] { ("alpha", there), ("beta", here) })
        {
            var slowed = attempts.AreTooMany(id, address, TestContext.Current.CancellationToken);
            Assert.False(slowed.IsCompleted);
            clock.Advance(FailedAttempts.Pause);
            Assert.True(await slowed);
        }

        clock.Advance(2 * FailedAttempts.Burst * FailedAttempts.Pause);
        Assert.False(await attempts.AreTooMany("alpha", here, TestContext.Current.CancellationToken));
    }

    private static Task<OAuthAnswer> Ask(TestCoalition coalition, string secret) => coalition.Gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_id", coalition.Alpha.ClientId), ("client_secret", secret)]);
}
