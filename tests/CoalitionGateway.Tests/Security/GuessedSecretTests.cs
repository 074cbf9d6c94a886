using System.Net;
using CoalitionGateway.Platform.OAuth;

namespace CoalitionGateway.Tests.Security;

/// <summary>Wrong secrets are slowed down, and lock nobody out.</summary>
[Trait("Store", "any")]
public sealed class GuessedSecretTests
{
    private static readonly IPAddress _here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _there = IPAddress.Parse("198.51.100.1");

    [Fact]
    public async Task Secret_GuessedOverManyConnections_IsCheckedSlowly_AndTheRightOnePasses()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        const int many = FailedAttempts.Burst + (2 * FailedAttempts.MostWaiting);
        var guesses = await Task.WhenAll(Enumerable.Range(0, many).Select(i => Ask(coalition, $"guess-{i}")));
        Assert.All(guesses, guess => Assert.Contains(guess.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
        Assert.All(guesses, guess => Assert.Equal("invalid_client", guess.Error));
        await TestRedis.Until(async () => (await Ask(coalition, coalition.Alpha.Secret)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Attempts_ManyAtOnce_AreSlowedBeforeTheyAreChecked()
    {
        var attempts = new FailedAttempts(new TestClock());
        var admitted = Enumerable.Range(0, FailedAttempts.Burst + 5).Select(_ => attempts.Admit("alpha", _here, TestContext.Current.CancellationToken)).ToArray();
        Assert.Equal(FailedAttempts.Burst, admitted.Count(attempt => attempt.IsCompleted));
        Assert.All(await Task.WhenAll(admitted), attempt => Assert.NotNull(attempt));
    }

    [Fact]
    public async Task FailedAttempts_AreCountedByIdAndByAddress_AndForgottenInTime()
    {
        var clock = new TestClock();
        var attempts = new FailedAttempts(clock);
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.True(IsAtOnce(attempts, "alpha", _here));
        }

        foreach (var (id, address) in new[] { ("alpha", _there), ("beta", _here) })
        {
            var slowed = attempts.Admit(id, address, TestContext.Current.CancellationToken);
            Assert.False(slowed.IsCompleted);
            Assert.NotNull(await slowed);
        }

        clock.Advance(2 * FailedAttempts.Burst * FailedAttempts.Pause);
        Assert.True(IsAtOnce(attempts, "alpha", _here));
    }

    [Fact]
    public async Task SuccessfulAttempts_AreNotCounted()
    {
        var attempts = new FailedAttempts(new TestClock());
        for (var i = 0; i < 3 * FailedAttempts.Burst; i++)
        {
            var address = IPAddress.Parse($"203.0.113.{i}");
            var attempt = attempts.Admit("alpha", address, TestContext.Current.CancellationToken);
            Assert.True(attempt.IsCompleted);
            attempts.Proved("alpha", address, (await attempt)!.Value);
        }
    }

    [Fact]
    public void Attempts_FromTheClientsProvenAddress_AreNotSlowedByStrangers_UntilOneFailsThere()
    {
        var attempts = new FailedAttempts(new TestClock());
        attempts.Proved("alpha", _here, new Admission(IsCounted: false));
        for (var i = 0; i < FailedAttempts.Burst; i++)
        {
            Assert.True(IsAtOnce(attempts, "alpha", _there));
        }

        Assert.True(IsAtOnce(attempts, "alpha", _here));
        Assert.False(IsAtOnce(attempts, "alpha", _there));
        attempts.Failed("alpha", _here, new Admission(IsCounted: false));
        Assert.False(IsAtOnce(attempts, "alpha", _here));
    }

    [Fact]
    public async Task WaitingAttempts_AreBounded()
    {
        var attempts = new FailedAttempts(new TestClock());
        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, FailedAttempts.Burst + FailedAttempts.MostWaiting).Select(_ => attempts.Admit("alpha", null, stop.Token)).ToArray();
        var beyond = attempts.Admit("alpha", null, TestContext.Current.CancellationToken);
        Assert.True(waiting.Count(slowed => slowed.IsCompleted) > FailedAttempts.Burst || (beyond.IsCompleted && await beyond is null));
        await stop.CancelAsync();
        await Task.WhenAll(waiting.Select(slowed => slowed.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private static bool IsAtOnce(FailedAttempts attempts, string id, IPAddress address) => attempts.Admit(id, address, TestContext.Current.CancellationToken).IsCompleted;

    private static Task<OAuthAnswer> Ask(TestCoalition coalition, string secret) => coalition.Gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_id", coalition.Alpha.ClientId), ("client_secret", secret)]);
}
