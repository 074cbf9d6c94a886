using System.Diagnostics;
using System.Net;
using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Tests.Hosting;

namespace CoalitionGateway.Tests.Security;

/// <summary>Wrong secrets are slowed, and lock nobody out.</summary>
public sealed class GuessedSecretTests
{
    private static readonly IPAddress _here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _there = IPAddress.Parse("198.51.100.1");

    [Fact]
    public async Task Secret_GuessedOften_IsLookedAtSlowly_AndTheRightOnePasses()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(coalition, $"guess-{i}")).Status);
        }

        var watch = Stopwatch.StartNew();
        var guesses = await Task.WhenAll(Enumerable.Range(0, 2 * FailedAttempts.Burst).Select(i => Ask(coalition, $"other-{i}")));
        Assert.True(watch.Elapsed >= FailedAttempts.Pause - TimeSpan.FromMilliseconds(50), $"Answered after {watch.Elapsed}.");
        Assert.All(guesses, guess => Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (guess.Status, guess.Error)));
        Assert.Equal(HttpStatusCode.OK, (await Ask(coalition, coalition.Alpha.Secret)).Status);
    }

    [Fact]
    public async Task Secret_GuessedOverManyConnections_IsLookedAtNoFasterThanSomeMayWait()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            await Ask(coalition, $"guess-{i}");
        }

        var guesses = await Task.WhenAll(Enumerable.Range(0, 3 * FailedAttempts.MostWaiting).Select(i => Ask(coalition, i == 2 * FailedAttempts.MostWaiting ? coalition.Alpha.Secret : $"other-{i}")));
        Assert.All(guesses, guess => Assert.Contains(guess.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.OK }));
        Assert.Contains(guesses, guess => guess.Status == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Attempts_ThatFail_AreCountedByIdAndByAddress_AndForgotten()
    {
        var clock = new TestClock();
        var attempts = new FailedAttempts(clock);
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.True(IsAtOnce(attempts, "alpha", _here));
            attempts.Failed("alpha", _here);
        }

        foreach (var (id, address) in new[] { ("alpha", _there), ("beta", _here) })
        {
            var slowed = attempts.Admit(id, address, TestContext.Current.CancellationToken);
            Assert.False(slowed.IsCompleted);
            Assert.True(await slowed);
        }

        clock.Advance(2 * FailedAttempts.Burst * FailedAttempts.Pause);
        Assert.True(IsAtOnce(attempts, "alpha", _here));
    }

    [Fact]
    public void Attempts_FromWhereTheClientProvedItself_AreNotSlowedByStrangers_UntilOneOfTheirsFails()
    {
        var attempts = new FailedAttempts(new TestClock());
        attempts.Proved("alpha", _here);
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            attempts.Failed("alpha", _there);
        }

        Assert.True(IsAtOnce(attempts, "alpha", _here));
        Assert.False(IsAtOnce(attempts, "alpha", _there));
        attempts.Failed("alpha", _here);
        Assert.False(IsAtOnce(attempts, "alpha", _here));
    }

    [Fact]
    public async Task Attempts_ThatWait_AreBounded()
    {
        var attempts = new FailedAttempts(new TestClock());
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            attempts.Failed("alpha", null);
        }

        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, FailedAttempts.MostWaiting).Select(_ => attempts.Admit("alpha", null, stop.Token)).ToArray();
        var beyond = attempts.Admit("alpha", null, TestContext.Current.CancellationToken);
        Assert.True(Array.Exists(waiting, slowed => slowed.IsCompleted) || (beyond.IsCompleted && !await beyond));
        await stop.CancelAsync();
        await Task.WhenAll(waiting.Select(slowed => slowed.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private static bool IsAtOnce(FailedAttempts attempts, string id, IPAddress address) => attempts.Admit(id, address, TestContext.Current.CancellationToken).IsCompleted;

    private static Task<OAuthAnswer> Ask(TestCoalition coalition, string secret) => coalition.Gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_id", coalition.Alpha.ClientId), ("client_secret", secret)]);
}
