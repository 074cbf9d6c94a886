using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Shared;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>How often a caller may call one gateway.</summary>
public sealed class RateLimitTests : IAsyncDisposable
{
    private const string _record = "/coalition.gateway.v1.EarningService/RecordPurchase";
    private static readonly Caller _alpha = new(CallerKind.Partner, "alpha");
    private readonly TestClock _clock = new();
    private readonly SharedRedis _alone;

    public RateLimitTests() => _alone = new SharedRedis(new GatewayOptions(), _clock, NullLogger<SharedRedis>.Instance);

    [Fact]
    public async Task Bucket_LetsItsBurstThrough_AndThenOneEachInterval()
    {
        var limits = Of(("EarningService", 10, 5));
        var limit = limits.Of(_record)!;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, await limits.Take(_alpha, limit));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), await limits.Take(_alpha, limit));
        _clock.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal(TimeSpan.FromMilliseconds(40), await limits.Take(_alpha, limit));
        _clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(TimeSpan.Zero, await limits.Take(_alpha, limit));
        Assert.NotEqual(TimeSpan.Zero, await limits.Take(_alpha, limit));
        Assert.Equal(TimeSpan.Zero, await limits.Take(new Caller(CallerKind.Partner, "beta"), limit));
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, await limits.Take(_alpha, limit));
        }

        Assert.NotEqual(TimeSpan.Zero, await limits.Take(_alpha, limit));
    }

    [Fact]
    public void Limit_MostSpecific_Applies()
    {
        var limits = Of(("", 1, 1), ("EarningService", 2, 2), ("EarningService/RecordPurchase", 3, 3));
        Assert.Equal(
            (3, 2, 1),
            (limits.Of(_record)!.Burst, limits.Of("/coalition.gateway.v1.EarningService/RecordReturn")!.Burst, limits.Of("/coalition.gateway.v1.PoolService/GetPool")!.Burst));
        Assert.Equal((200, 400), (Of().Of(_record)!.CallsPerSecond, Of().Of(_record)!.Burst));
        Assert.True(Of(("", 1_000_000, 1_000_000)).AreNone);
    }

    [Theory]
    [InlineData("NoService", 1, 1)]
    [InlineData("EarningService/NoMethod", 1, 1)]
    [InlineData("EarningService", 0, 1)]
    [InlineData("EarningService", double.NaN, 1)]
    [InlineData("EarningService", 1, 0)]
    public void Limit_Invalid_IsRefusedAtTheStart(string methods, double callsPerSecond, int burst) =>
        Assert.Throws<InvalidOperationException>(() => Of((methods, callsPerSecond, burst)));

    [Fact]
    public void RedisSetting_NotAHostList_IsRefusedAtTheStart() =>
        Assert.Throws<InvalidOperationException>(() => Gateway.Build([], options => options.Redis = " , "));

    [Fact]
    public async Task Call_AboveTheLimit_IsRefusedBeforeItsMessageIsRead()
    {
        await using var gateway = await TestGateway.Start(configure: options =>
            options.RateLimits.Add(new RateLimit { Methods = "ProgrammeService/ListProgrammes", CallsPerSecond = 0.01, Burst = 2 }));
        var token = ForgedTokens.Make(gateway, "none", CallerKind.Operator);
        for (var i = 0; i < 2; i++)
        {
            Assert.Null((await RawCalls.Call(gateway.Channel, "ProgrammeService/ListProgrammes", [], token)).Failed);
        }

        var (failed, _) = await RawCalls.Call(gateway.Channel, "ProgrammeService/ListProgrammes", [0xFF, 0xFF], token);
        var refusal = GatewayRefusal.From(failed!);
        Assert.Equal((StatusCode.ResourceExhausted, "RATE_LIMITED"), (failed!.StatusCode, refusal?.ReasonText));
        Assert.Equal([new("burst", "2"), new("calls_per_second", "0.01"), new("methods", "ProgrammeService/ListProgrammes")], refusal!.Metadata.OrderBy(pair => pair.Key));
        Assert.InRange(refusal.RetryAfter!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(100));

        // Other methods are unaffected. So are callers who may not call at all.
        Assert.Null((await RawCalls.Call(gateway.Channel, "ProgrammeService/ListRoutes", [], token)).Failed);
        Assert.Equal(StatusCode.Unauthenticated, (await RawCalls.Call(gateway.Channel, "ProgrammeService/ListProgrammes", [], null)).Failed?.StatusCode);
    }

    public ValueTask DisposeAsync() => _alone.DisposeAsync();

    private RateLimits Of(params (string Methods, double CallsPerSecond, int Burst)[] limits)
    {
        var options = new GatewayOptions();
        foreach (var (methods, calls, burst) in limits)
        {
            options.RateLimits.Add(new RateLimit { Methods = methods, CallsPerSecond = calls, Burst = burst });
        }

        return new RateLimits(options, _alone, _clock);
    }
}
