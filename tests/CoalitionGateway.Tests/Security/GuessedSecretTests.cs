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
        var guesses = await Task.WhenAll(Enumerable.Range(0, 2 * FailedAttempts.Burst).Select(i => Ask(coalition, $"guess-{i}")));
        Assert.True(watch.Elapsed >= FailedAttempts.Pause - TimeSpan.FromMilliseconds(50), $"Answered after {watch.Elapsed}.");
        Assert.All(guesses, guess => Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (guess.Status, guess.Error)));
        var guessing = Task.WhenAll(Enumerable.Range(0, 2 * FailedAttempts.Burst).Select(i => Ask(coalition, $"other-{i}")));
        Assert.Equal(HttpStatusCode.OK, (await Ask(coalition, coalition.Alpha.Secret)).Status);
        Assert.All(await guessing, guess => Assert.Equal("invalid_client", guess.Error));
    }

    [Fact]
    public async Task Attempts_ThatFail_AreCountedByIdAndByAddress_AndForgotten()
    {
        var clock = new TestClock();
        var attempts = new FailedAttempts(clock);
        var (here, there) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"));
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.True(attempts.Slow("alpha", here, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        }

        foreach (var (id, address) in new[] { ("alpha", there), ("beta", here) })
        {
            var slowed = attempts.Slow(id, address, TestContext.Current.CancellationToken);
            Assert.False(slowed.IsCompleted);
            Assert.True(await slowed);
        }

        clock.Advance(2 * FailedAttempts.Burst * FailedAttempts.Pause);
        Assert.True(attempts.Slow("alpha", here, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Attempts_ThatWait_AreBounded()
    {
        var attempts = new FailedAttempts(new TestClock());
        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, FailedAttempts.Burst + FailedAttempts.MostWaiting).Select(_ => attempts.Slow("alpha", null, stop.Token)).ToArray();
        var beyond = attempts.Slow("alpha", null, TestContext.Current.CancellationToken);
        Assert.True(waiting.All(slowed => slowed.IsCompleted) || (beyond.IsCompleted && !await beyond));
        await stop.CancelAsync();
        await Task.WhenAll(waiting.Select(slowed => slowed.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private static Task<OAuthAnswer> Ask(TestCoalition coalition, string secret) => coalition.Gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_id", coalition.Alpha.ClientId), ("client_secret", secret)]);
}
