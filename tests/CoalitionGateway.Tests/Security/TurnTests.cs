using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Npgsql;

namespace CoalitionGateway.Tests.Security;

/// <summary>The journals' turn is a row lock. So a role that may only connect cannot stop all writes.</summary>
public sealed class TurnTests
{

    /// <summary>Tries the number of the advisory lock that the turn once was, and other locks that a stranger can take.</summary>
    [Fact]
    public async Task AdvisoryLock_OfAnyRole_OnPostgres_StopsNoWrite()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "SQLite has one process and no roles.");
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        using var held = TestDatabase.Open(coalition.Gateway.Options);
        held.Execute("SELECT pg_advisory_lock(1131372908)");

        var member = await coalition.Member(coalition.Alpha).WaitAsync(TestTime.Patience);
        Assert.Equal(1, (await TestCoalition.Buy(coalition.Alpha, member, 1).WaitAsync(TestTime.Patience)).GivenPoints);
    }

    [Fact]
    public async Task TurnLock_OnPostgres_IsOnlyForTheApplicationRole()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "SQLite has one process and no roles.");
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        using var database = TestDatabase.Open(coalition.Gateway.Options);
        database.Execute("CREATE ROLE passer_by_of_turns");
        try
        {
            database.Execute("SET ROLE passer_by_of_turns");
            var refused = Assert.Throws<PostgresException>(() => database.Execute("SELECT FROM turn_lock FOR UPDATE"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
        finally
        {
            database.Execute("RESET ROLE; DROP ROLE passer_by_of_turns");
        }
    }

    [Fact]
    public async Task Journal_CannotCommit_IsNotReady_UntilItCanAgain()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        Task waiting;
        using (var held = TestDatabase.Open(coalition.Gateway.Options))
        {
            held.Execute(TestDatabase.IsPostgres ? "BEGIN; SELECT FROM turn_lock FOR UPDATE" : "BEGIN IMMEDIATE");
            waiting = coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(
                new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "late", DisplayName = "Late" } }).ResponseAsync;
            await Until(coalition, "the journal waits for its commit");
            held.Execute("ROLLBACK");
        }

        await waiting.WaitAsync(TestTime.Patience);
        await Until(coalition, "ready");
    }

    private static async Task Until(TestCoalition coalition, string said)
    {
        using var http = new HttpClient();
        for (var begun = DateTime.UtcNow; ; await Task.Delay(100))
        {
            var answer = await http.GetAsync(new Uri($"{coalition.Gateway.Options.HttpUrl}/healthz/ready"));
            var text = await answer.Content.ReadAsStringAsync();
            if (said == "ready" ? answer.IsSuccessStatusCode : text.Contains(said, StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(DateTime.UtcNow - begun < TestTime.Patience, text);
        }
    }
}
