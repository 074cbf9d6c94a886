using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Platform.Telemetry;
using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Schedules;

/// <summary>The sweeper settles each due row once, and only one sweeper runs.</summary>
public sealed class SweeperTests(TestCoalition coalition)
{
    [Fact]
    public async Task Sweep_RemovesACode_OnlyAfterItsEnd()
    {
        var clock = new ShiftedClock();
        await using var own = new TestCoalition { Extend = builder => builder.Services.AddSingleton<TimeProvider>(clock) };
        await own.InitializeAsync();
        var member = await own.Member(own.Alpha);
        await own.Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[own.Alpha.ProgrammeId] });
        await own.Gateway.Services.GetRequiredService<Sweeper>().Sweep(CancellationToken.None);
        Assert.Equal((1, 1), (own.Gateway.Scalar("SELECT count(*) FROM link_code"), own.Gateway.Scalar("SELECT count(*) FROM due WHERE kind = 'link-code'")));

        clock.Ahead = Ledger.Members.CreateLinkCode.Lifetime + TimeSpan.FromSeconds(1);
        await own.Gateway.Services.GetRequiredService<Sweeper>().Sweep(CancellationToken.None);
        await TestRedis.Until(() => Task.FromResult(own.Gateway.Scalar("SELECT count(*) FROM due WHERE kind = 'link-code'") == 0));
        Assert.Equal(0, own.Gateway.Scalar("SELECT count(*) FROM link_code"));
        Assert.Equal(0, own.Gateway.Scalar("SELECT count(*) FROM request WHERE caller = 'gateway:gateway'"));
    }

    /// <summary>The metric tells of a kind that fails at each sweep, also between the sweeps.</summary>
    [Fact]
    public async Task Sweep_AKindFails_TheLagStays()
    {
        await using var own = new TestCoalition { Extend = builder => builder.Services.AddSingleton<ISchedule>(new FailingSchedule()) };
        await own.InitializeAsync();
        using var measurements = new Measurements(own.Gateway);
        await Put(own, new Due(FailingSchedule.Failing, "x", DateTime.UnixEpoch));

        await own.Gateway.Services.GetRequiredService<Sweeper>().Sweep(CancellationToken.None);

        Assert.True(measurements.Look("coalition.due.lag") > 0);
    }

    [Fact]
    public async Task Sweep_LotThatExpiredBefore_AddsToWhatExpired()
    {
        var clock = new ShiftedClock();
        await using var own = new TestCoalition { Extend = builder => builder.Services.AddSingleton<TimeProvider>(clock) };
        await own.InitializeAsync();
        await own.Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(),
            Terms = new ProgrammeTerms { ProgrammeId = own.Alpha.ProgrammeId, FromTime = TestCoalition.Past, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day } },
        });
        await RuledCoalition.Buy(own.Alpha, await own.Member(own.Alpha), 7, 360);

        // The journal has not read this row, and presumes that there is none.
        using (var database = TestDatabase.Open(own.Gateway.Options))
        {
            database.Execute("INSERT INTO lapsed_lot (account_id, points, end_time) SELECT account_id, 100, 0 FROM lot");
        }

        clock.Ahead = TimeSpan.FromDays(10);
        await own.Gateway.Services.GetRequiredService<Sweeper>().Sweep(CancellationToken.None);
        Assert.Equal((107, 0), (own.Gateway.Scalar("SELECT CAST(sum(points) AS bigint) FROM lapsed_lot"), own.Gateway.Scalar("SELECT count(*) FROM lot")));
    }

    [Fact]
    public async Task DueRow_OfAnUnknownKind_IsLeftToANewerGateway()
    {
        var sweeper = coalition.Gateway.Services.GetRequiredService<Sweeper>();
        await Put(coalition, new Due("of-the-future", "x", DateTime.UnixEpoch));
        await sweeper.Sweep(CancellationToken.None);
        Assert.Single(await Reader(coalition).Of("of-the-future", CancellationToken.None));
        await Remove(coalition, "of-the-future");
    }

    [Fact]
    public void EveryKindOfTheLedger_HasASchedule() => Assert.Equal(
        typeof(Due).Assembly.GetTypes().Select(type => type.GetField("DueKind")?.GetRawConstantValue()).OfType<string>().Order(),
        coalition.Gateway.Services.GetServices<ISchedule>().Select(schedule => schedule.Kind).Order());

    private static DueReader Reader(TestCoalition coalition) => coalition.Gateway.Services.GetRequiredService<DueReader>();

    private static Task Put(TestCoalition coalition, Due due)
    {
        using var database = TestDatabase.Open(coalition.Gateway.Options);
        database.Execute($"INSERT INTO due (kind, subject, due_time) VALUES ('{due.Kind}', '{due.Subject}', 0)");
        return Task.CompletedTask;
    }

    private static Task Remove(TestCoalition coalition, string kind)
    {
        using var database = TestDatabase.Open(coalition.Gateway.Options);
        database.Execute($"DELETE FROM due WHERE kind = '{kind}'");
        return Task.CompletedTask;
    }

    private sealed class FailingSchedule : ISchedule
    {
        public const string Failing = "failing";

        public string Kind => Failing;

        public Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation) => throw new InvalidOperationException("It fails.");
    }
}
