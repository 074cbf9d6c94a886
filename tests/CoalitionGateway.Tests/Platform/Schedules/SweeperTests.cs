using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Hosting;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Schedules;

/// <summary>The sweeper settles what fell due, once, and as the only one.</summary>
public sealed class SweeperTests(TestCoalition coalition)
{
    [Fact]
    public async Task Sweep_OfACodeThatEnded_RemovesIt_AndNothingElse()
    {
        // Rows are changed beside the journal here: nothing of them is remembered.
        await using var own = new TestCoalition { Configure = options => options.RememberedRows = 0 };
        await own.InitializeAsync();
        var (member, other) = (await own.Member(own.Alpha), await own.Member(own.Alpha));
        foreach (var one in new[] { member, other })
        {
            await own.Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = one.Numbers[own.Alpha.ProgrammeId] });
        }

        // The first code fell due: its row says so, as if it had been made ten minutes earlier.
        var due = (await Reader(own).Of(Ledger.Members.EndLinkCode.DueKind, CancellationToken.None))[0];
        using (var database = TestDatabase.Open(own.Gateway.Options))
        {
            database.Execute($"UPDATE due SET due_time = 1 WHERE subject = '{due.Subject}'");
            database.Execute("UPDATE link_code SET expire_time = 1 WHERE membership_id = " + (TestDatabase.IsPostgres ? $"'{due.Subject}'" : $"X'{due.Subject.Replace("-", "", StringComparison.Ordinal)}'"));
        }

        await TestRedis.Until(async () => (await Reader(own).Of(due.Kind, CancellationToken.None)).Count == 1);
        Assert.Equal(1, own.Gateway.Scalar("SELECT count(*) FROM link_code"));
        Assert.Equal(0, own.Gateway.Scalar("SELECT count(*) FROM request WHERE caller = 'gateway:gateway'"));
    }

    [Fact]
    public async Task Sweep_WhileAnotherGatewayLeads_DoesNothing()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var store = own.Gateway.Services.GetRequiredService<LedgerStore>();
        await TestRedis.Until(() =>
        {
            using var lead = store.TryLead("sweeper");
            if (lead is null)
            {
                return Task.FromResult(false);
            }

            Assert.Null(store.TryLead("sweeper"));
            return Task.FromResult(true);
        });
    }

    [Fact]
    public async Task Kind_ThatNoScheduleKnows_IsLeftToANewerGateway()
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
}
