using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Tests.Platform.Telemetry;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Security;

/// <summary>Limits apply to streams too, exist without configuration, and end with the day if they are daily.</summary>
[Trait("Store", "any")]
public sealed class StreamLimitTests
{
    [Theory]
    [InlineData("EarningService")]
    [InlineData("EarningService/RecordPurchase")]
    [InlineData("EarningService/StreamPurchases")]
    public async Task StreamPurchases_AboveTheLimit_IsHeldBackAndThenRefused(string methods)
    {
        // One call in 1000 seconds, four at once. Entries may use half of the four.
        await using var coalition = await Coalition(options => options.RateLimits.Add(new RateLimit { Methods = methods, CallsPerSecond = 0.001, Burst = 4 }));
        var member = await coalition.Member(coalition.Alpha);
        var entries = Enumerable.Range(0, 6).Select(_ => TestCoalition.Purchase(coalition.Alpha, member, 1)).ToArray();
        var answers = await Stream(coalition, entries);
        Assert.Equal(entries.Select(entry => entry.RequestId), answers.Select(answer => answer.RequestId));
        var taken = answers.Count(answer => answer.Purchase is not null);
        Assert.InRange(taken, 1, 2);
        Assert.All(answers.Skip(taken), answer =>
        {
            var refusal = GatewayRefusal.From(answer.Refusal)!;
            Assert.Equal((StatusCode.ResourceExhausted, "RATE_LIMITED", methods), (refusal.Code, refusal.ReasonText, refusal.Metadata["methods"]));
            Assert.InRange(refusal.RetryAfter!.Value, RateLimits.Patience, TimeSpan.FromSeconds(4000));
        });
        Assert.Equal((taken, 0), await TestCoalition.Balance(member, coalition.Alpha));
    }

    [Fact]
    public async Task StreamPurchases_FasterThanTheLimit_IsSlowedAndFullyAnswered()
    {
        // 50 a second, 10 at once. So 40 entries take at least as long as their tokens.
        await using var coalition = await Coalition(options => options.RateLimits.Add(new RateLimit { Methods = "EarningService", CallsPerSecond = 50, Burst = 10 }));
        var member = await coalition.Member(coalition.Alpha);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var answers = await Stream(coalition, [.. Enumerable.Range(0, 40).Select(_ => TestCoalition.Purchase(coalition.Alpha, member, 1))]);
        Assert.All(answers, answer => Assert.NotNull(answer.Purchase));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.6), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Entry_HalfOfTheBurstTaken_WaitsAndLeavesRoomForCalls()
    {
        var (options, clock) = (new GatewayOptions(), new TestClock());
        options.RateLimits.Add(new RateLimit { CallsPerSecond = 0.01, Burst = 9 });
        await using var alone = new SharedRedis(options, clock, NullLogger<SharedRedis>.Instance);
        var limits = new RateLimits(options, alone, clock);
        var (limit, caller) = (limits.Of("/coalition.gateway.v1.EarningService/RecordPurchase")!, new Caller(CallerKind.Partner, "alpha"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, await limits.TakeInTurn(caller, limit, CancellationToken.None));
        }

        Assert.Equal(TimeSpan.FromSeconds(100), await limits.TakeInTurn(caller, limit, CancellationToken.None));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(TimeSpan.Zero, await limits.Take(caller, limit));
        }

        Assert.Equal(TimeSpan.FromSeconds(100), await limits.Take(caller, limit));
    }

    [Fact]
    public async Task Gateway_WithoutConfiguredLimits_HasOneForEveryMethod()
    {
        var (options, clock) = (new GatewayOptions(), new TestClock());
        options.RateLimits.Add(new RateLimit { Methods = "PoolService", CallsPerSecond = 1, Burst = 1 });
        await using var alone = new SharedRedis(options, clock, NullLogger<SharedRedis>.Instance);
        var limits = new RateLimits(options, alone, clock);
        foreach (var method in RawCalls.Methods.Values)
        {
            var limit = limits.Of($"/{method.Service.FullName}/{method.Name}");
            Assert.Equal(method.Service.Name == "PoolService" ? (1, 1) : (200, 400), (limit!.CallsPerSecond, limit.Burst));
        }

        var (first, caller) = (limits.Of("/coalition.gateway.v1.EarningService/RecordPurchase")!, new Caller(CallerKind.Partner, "alpha"));
        for (var i = 0; i < 400; i++)
        {
            Assert.Equal(TimeSpan.Zero, await limits.Take(caller, first));
        }

        Assert.NotEqual(TimeSpan.Zero, await limits.Take(caller, first));
    }

    [Fact]
    public async Task Partner_AtItsDailyStorageLimit_IsRefusedUntilTheNextDay()
    {
        const int perDay = 5;
        await using var coalition = await Coalition(options => options.StoredPerDay = perDay);
        using var measured = new Measurements(coalition.Gateway);
        var member = await coalition.Member(coalition.Alpha);
        var first = TestCoalition.Purchase(coalition.Alpha, member, 1);
        await coalition.Alpha.Client.Earning.RecordPurchaseAsync(first);

        // A command that a rule refuses is stored, and so counts. A retry stores nothing.
        await Refusals.Refused(StatusCode.AlreadyExists, "PURCHASE_REFERENCE_TAKEN", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(
            TestCoalition.Purchase(coalition.Alpha, member, 1, first.PurchaseReference)));
        await coalition.Alpha.Client.Earning.RecordPurchaseAsync(first);
        await TestCoalition.Buy(coalition.Alpha, member, 1);
        await TestCoalition.Buy(coalition.Alpha, member, 1);
        var refusal = await Refusals.Refused(StatusCode.ResourceExhausted, "DAILY_LIMIT_REACHED", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(
            TestCoalition.Purchase(coalition.Alpha, member, 1)));
        Assert.Equal("5", refusal.Metadata["stored_per_day"]);
        Assert.InRange(refusal.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromDays(1));
        var streamed = Assert.Single(await Stream(coalition, [TestCoalition.Purchase(coalition.Alpha, member, 1)]));
        Assert.Equal("DAILY_LIMIT_REACHED", GatewayRefusal.From(streamed.Refusal)?.ReasonText);

        // A retry of an earlier successful call gets its answer.
        Assert.Equal(first.PurchaseReference, (await coalition.Alpha.Client.Earning.RecordPurchaseAsync(first)).Purchase.PurchaseReference);
        Assert.Equal(first.PurchaseReference, Assert.Single(await Stream(coalition, [first])).Purchase.PurchaseReference);

        // Other partners continue, and the metric counts by partner.
        var others = await coalition.Member(coalition.Beta);
        await TestCoalition.Buy(coalition.Beta, others, 1);
        Assert.Equal(perDay, measured.Of("coalition.stored.commands {partner=alpha}").Sum());
        Assert.Equal(2, measured.Of("coalition.stored.commands {partner=beta}").Sum());
    }

    private static async Task<TestCoalition> Coalition(Action<GatewayOptions> configure)
    {
        var coalition = new TestCoalition { Configure = configure };
        await coalition.InitializeAsync();
        return coalition;
    }

    private static async Task<List<StreamPurchasesResponse>> Stream(TestCoalition coalition, IReadOnlyList<RecordPurchaseRequest> entries)
    {
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var reading = Task.Run(async () => await stream.ResponseStream.ReadAllAsync().ToListAsync());
        foreach (var entry in entries)
        {
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = entry });
        }

        await stream.RequestStream.CompleteAsync();
        return await reading;
    }
}
