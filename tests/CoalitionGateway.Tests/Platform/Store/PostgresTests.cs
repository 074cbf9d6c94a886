using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Linking;
using System.Data.Common;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Tests.Platform.Journal;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Tests.Platform.Store;

/// <summary>
/// Features of PostgreSQL alone: an owner's and an application's role, many gateways over one database, a schema migrated by
/// others.
/// </summary>
public sealed class PostgresTests
{
    private static readonly Caller _boss = new(CallerKind.Operator, "boss");

    public PostgresTests() => Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");

    [Theory]
    [InlineData("UPDATE event SET kind = kind")]
    [InlineData("DELETE FROM event")]
    [InlineData("UPDATE entry SET amount_points = amount_points")]
    [InlineData("DELETE FROM entry")]
    [InlineData("UPDATE request SET time = time")]
    [InlineData("DELETE FROM request")]
    [InlineData("DELETE FROM account")]
    [InlineData("DELETE FROM membership")]
    [InlineData("DELETE FROM transfer")]
    [InlineData("TRUNCATE event CASCADE")]
    [InlineData("DROP TABLE account CASCADE")]
    [InlineData("ALTER TABLE account DROP CONSTRAINT ck_account")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("INSERT INTO \"__EFMigrationsHistory\" VALUES ('2999', '1')")]
    [InlineData("UPDATE event_other SET kind = kind")]
    public async Task ApplicationRole_ForbiddenStatement_IsRefused(string sql)
    {
        await using var bench = new JournalBench();
        await using var connection = new NpgsqlConnection(bench.Options.Postgres);
        await connection.OpenAsync();
        var refused = Assert.Throws<PostgresException>(() => connection.Execute(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("NULL, NULL, NULL")]
    [InlineData("1, 0, 5")]
    public async Task Entry_WithoutAnAccount_IsRefused(string version)
    {
        await using var bench = new JournalBench();
        await using var connection = new NpgsqlConnection(bench.Options.Postgres);
        await connection.OpenAsync();
        var refused = Assert.Throws<PostgresException>(() => connection.Execute($"INSERT INTO entry VALUES (gen_random_uuid(), 0, gen_random_uuid(), 5, {version})"));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
    }

    [Fact]
    public async Task Journals_OverOneDatabase_TakeTurns_AndEachSeesWhatTheOthersDid()
    {
        await using var first = new JournalBench();
        await using var second = new JournalBench(over: first);
        await using var third = new JournalBench(over: first);
        JournalBench[] benches = [first, second, third];
        await Task.WhenAll(benches.Select(bench => bench.Start()));

        // All commands work on the same few members and pools, with retries and reused request ids among them.
        var commands = new Scenario(seed: 5).Commands(Soak.Soaks ? 20_000 : 3_000);
        var founding = commands.TakeWhile(command => command is RegisterPartner or AgreePurposes or CreateProgramme or PublishAgreement or PublishRoute or EnrollMember or CreateLinkCode or LinkMembership).Count();
        for (var i = 0; i < founding; i++)
        {
            // In order, each through another journal. That journal must know what the one before did.
            Assert.DoesNotContain("NotFound", await benches[i % benches.Length].Outcome(commands[i]), StringComparison.Ordinal);
        }

        // No more commands at a time than a journal lets wait.
        var outcomes = new List<string>();
        foreach (var wave in commands.Skip(founding).Chunk(3_000))
        {
            outcomes.AddRange(await Task.WhenAll(wave.Select((command, i) => benches[i % benches.Length].Outcome(command))));
        }

        Assert.True(outcomes.Count(outcome => outcome.Length > 150) > commands.Count / 4, "Most commands were refused: the scenario shows little.");
        Assert.Empty(first.Verify().Problems);

        // One request has one answer, whichever journal is asked.
        foreach (var command in commands.Skip(founding).Take(50))
        {
            var answers = await Task.WhenAll(benches.Select(bench => bench.Outcome(command)));
            Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public async Task Pool_InvitationsFromManyJournals_NeverExceedItsPlaces()
    {
        // Each invitation alone would fit, but not all together. Each journal changes the rows that the others decide on.
        await using var first = new JournalBench();
        await using var second = new JournalBench(over: first);
        await using var third = new JournalBench(over: first);
        JournalBench[] benches = [first, second, third];
        await Task.WhenAll(benches.Select(bench => bench.Start()));
        var (partner, programme) = (new PartnerId("home"), new ProgrammeId("home"));
        var members = Enumerable.Range(0, 25).Select(_ => new MemberId(Guid.NewGuid())).ToArray();
        await first.Outcome(new RegisterPartner(NewContext(), partner, "Home", [], [], new byte[32]));
        await first.Outcome(new CreateProgramme(NewContext(), programme, partner, "Home", "Europe/Riga", new Money("EUR", 5)));
        await Task.WhenAll(members.Select((member, i) => first.Outcome(new EnrollMember(
            NewContext(), partner, $"{i}", member, new MembershipId(Guid.NewGuid()), new Profile(member, null, null, null, null, null, null), new Profile(member, null, null, null, null, null, null)))));
        var pool = new PoolId(Guid.NewGuid());
        await second.Outcome(new Ledger.Pools.CreatePool(NewContext(), members[0], programme, pool, new ParticipantId(Guid.NewGuid())));
        var invited = await Task.WhenAll(members.Skip(1).Select((_, i) => benches[i % 3].Outcome(
            new Ledger.Pools.InviteMember(NewContext(), members[0], pool, $"{i + 1}", new ParticipantId(Guid.NewGuid()), new MembershipId(Guid.NewGuid())))));
        Assert.Equal(Ledger.Pools.Pool.MaxParticipants - 1, invited.Count(outcome => !outcome.StartsWith("PoolFull", StringComparison.Ordinal)));
        using var connection = TestDatabase.Open(first.Options);
        Assert.Equal((long)Ledger.Pools.Pool.MaxParticipants, connection.Query("SELECT count(*) FROM participant")[0][0]);
    }

    [Fact]
    public async Task TakenKey_IsNotTakenAgain_ByAJournalThatHasNotCachedIt()
    {
        await using var first = new JournalBench();
        await first.Start();
        var (partner, programme, member) = (new PartnerId("home"), new ProgrammeId("home"), new MemberId(Guid.NewGuid()));
        await first.Outcome(new RegisterPartner(NewContext(), partner, "Home", [], [], new byte[32]));
        await first.Outcome(new CreateProgramme(NewContext(), programme, partner, "Home", "Europe/Riga", new Money("EUR", 5)));
        await first.Outcome(new PublishAgreement(NewContext(), partner, programme, new Terms([new Rate(1, new Money("EUR", 1_000_000))], Rounding.Down, [], 0)) { FromTime = DateTime.UnixEpoch, MayBePast = true });
        Assert.DoesNotContain("Taken", await first.Outcome(Enroll(partner, "1", member)), StringComparison.Ordinal);
        Assert.DoesNotContain("Taken", await first.Outcome(Buy(partner, "receipt")), StringComparison.Ordinal);
        var before = first.Dump();

        // A new journal. Its first batch reads the database; from then on it is speculative.
        await using var second = new JournalBench(over: first);
        await second.Start();
        await second.Outcome(new RegisterPartner(NewContext(), new PartnerId("other"), "Other", [], [], new byte[32]));
        Assert.StartsWith("PurchaseReferenceTaken", await second.Outcome(Buy(partner, "receipt")), StringComparison.Ordinal);
        await second.Outcome(Buy(partner, "another"));
        Assert.StartsWith("MembershipNumberTaken", await second.Outcome(Enroll(partner, "1", new MemberId(Guid.NewGuid()))), StringComparison.Ordinal);
        foreach (var table in new[] { "membership", "membership_number" })
        {
            Assert.Equal(before.Where(row => row.StartsWith($"{table}:", StringComparison.Ordinal)), first.Dump().Where(row => row.StartsWith($"{table}:", StringComparison.Ordinal)));
        }

        Assert.Empty(first.Verify().Problems);
    }

    /// <summary>Another gateway ends a session that was silent for a second, and administrators end sessions too.</summary>
    [Fact]
    public async Task Submit_SessionEndedMeanwhile_FailsNoCommand_AndEachHasOneEffect()
    {
        await using var bench = new JournalBench(maxBatch: 8);
        await bench.Start();
        await using var server = new NpgsqlConnection(TestDatabase.As(null, "postgres"));
        await server.OpenAsync();
        var database = new NpgsqlConnectionStringBuilder(bench.Options.Postgres).Database;
        var count = 0;
        for (var round = 0; round < 20; round++)
        {
            var outcomes = new List<Task<string>>();
            for (var i = 0; i < 10; i++)
            {
                var id = $"p-{++count}";
                outcomes.Add(bench.Outcome(new RegisterPartner(NewContext(), new PartnerId(id), id, [], [], new byte[32])));
                outcomes.Add(bench.Outcome(new RecordAuditRead(NewContext(), id, null, null)));
            }

            await Task.Delay(round % 5);
            server.Query($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'coalition-gateway'");
            Assert.All(await Task.WhenAll(outcomes), outcome => Assert.Matches("^[0-9A-F]+$", outcome));
        }

        var rows = bench.Dump();
        Assert.Equal(count, rows.Count(row => row.StartsWith("partner: ", StringComparison.Ordinal)));
        Assert.Equal(2 * count, rows.Count(row => row.StartsWith("event: ", StringComparison.Ordinal)));
        Assert.Empty(bench.Verify().Problems);
    }

    [Fact]
    public async Task CachedRows_ChangedByHand_AreForgottenOnceGatewaysAreTold()
    {
        await using var bench = new JournalBench();
        await bench.Start();
        var (partner, member) = (new PartnerId("home"), new MemberId(Guid.NewGuid()));
        await bench.Outcome(new RegisterPartner(NewContext(), partner, "Home", [], [], new byte[32]));
        await bench.Outcome(new CreateProgramme(NewContext(), new ProgrammeId("home"), partner, "Home", "Europe/Riga", new Money("EUR", 5)));
        await bench.Outcome(Enroll(partner, "1", member));
        Assert.NotNull(await Profile());
        using (var owner = TestDatabase.Open(bench.Options))
        {
            owner.Execute("BEGIN; DELETE FROM profile; SELECT rows_were_changed(); COMMIT");
        }

        Assert.Null(await Profile());
        Assert.DoesNotContain("Taken", await bench.Outcome(Enroll(partner, "2", new MemberId(Guid.NewGuid()))), StringComparison.Ordinal);
        Assert.Empty(bench.Verify().Problems);

        Task<Profile?> Profile() => bench.Store.Read(rows => rows.Find(new Profile.Of(member)), CancellationToken.None);
    }

    [Fact]
    public void Gateway_DatabaseNotMigrated_IsRefusedWithTheCommandToRun()
    {
        var options = Options(TestDatabase.MakeEmpty("t_unmigrated"));
        var refused = Assert.Throws<InvalidOperationException>(() => new PostgresStore(options, new GatewayKeys(options)));
        Assert.Contains("coalition migrate", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("29990101000000_Later", "a newer gateway")]
    [InlineData("20200101000000_Earlier", "before the first release")]
    public void Gateway_DatabaseOfAnotherVersion_IsRefusedWithItsSchemaAndItsAge(string schema, string age)
    {
        // A separate name for each schema: the pool of a recreated database would hold dead connections.
        var name = $"t_{schema.ToLowerInvariant()}";
        var owner = TestDatabase.MakeEmpty(name);
        Gateway.Migrate(owner, TestDatabase.ApplicationRole);
        using (var connection = new NpgsqlConnection(owner))
        {
            connection.Open();
            connection.Execute($"INSERT INTO \"__EFMigrationsHistory\" VALUES ('{schema}', '99.0')");
        }

        var options = Options(TestDatabase.As(TestDatabase.ApplicationRole, name));
        var started = Assert.Throws<InvalidOperationException>(() => new PostgresStore(options, new GatewayKeys(options))).Message;
        var migrated = Assert.Throws<InvalidOperationException>(() => Gateway.Migrate(owner, TestDatabase.ApplicationRole)).Message;
        Assert.All([started, migrated], message => Assert.Contains(schema, message, StringComparison.Ordinal));
        Assert.All([started, migrated], message => Assert.Contains(age, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gateway_WithOtherKeys_IsRefused()
    {
        await using var bench = new JournalBench();
        var stranger = Options(bench.Options.Postgres);
        Assert.Contains("keys", Assert.Throws<InvalidOperationException>(() => new PostgresStore(stranger, new GatewayKeys(stranger))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migration_StartedManyTimesAtOnce_RunsOnceAndMatchesTheModel()
    {
        var owner = TestDatabase.MakeEmpty("t_migrated");
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Gateway.Migrate(owner, TestDatabase.ApplicationRole))));
        Assert.Contains(applied, one => one.Count > 0);
        await using var context = new PostgresContext(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(owner).Options);
        Assert.False(context.Database.HasPendingModelChanges(), "The model changed: add a migration.");
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        var columns = connection.Query("SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns WHERE table_schema = 'public'").Select(row => (string)row[0]).ToHashSet();
        var modelled = context.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties().Select(property =>
            $"{entity.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} {(property.IsNullable ? "YES" : "NO")}"));
        Assert.Empty(modelled.Except(columns));

        // The partitions of the coming months exist, and an id of today goes to today's partition.
        var month = DateTime.UtcNow.ToString("yyyy_MM");
        Assert.Equal(1L, connection.Query($"SELECT count(*) FROM pg_class WHERE relname = 'event_{month}'")[0][0]);
        Assert.Equal([10, 0], connection.Query($"SELECT DISTINCT attstattarget::int FROM pg_attribute WHERE attrelid = 'event_{month}'::regclass AND attnum > 0 ORDER BY 1 DESC").Select(row => (int)row[0]));
        connection.Execute($"INSERT INTO event (id, log_index, kind, time, body, mac, mac_key_id) VALUES ('{Guid.CreateVersion7()}', -1, 1, 0, '', '', 0)");
        Assert.Equal(1L, connection.Query($"SELECT count(*) FROM event_{month}")[0][0]);
    }

    private static GatewayOptions Options(string postgres) => new()
    {
        DataDirectory = Directory.CreateTempSubdirectory("coalition-postgres-").FullName,
        Postgres = postgres,
    };

    private static CommandContext NewContext() => new(_boss, Guid.NewGuid(), new EventId(Guid.NewGuid()));

    private static EnrollMember Enroll(PartnerId partner, string number, MemberId member) =>
        new(NewContext(), partner, number, member, new MembershipId(Guid.NewGuid()), new Profile(member, "A", null, null, null, null, null), new Profile(member, "A", null, null, null, null, null));

    private static Ledger.Earning.RecordPurchase Buy(PartnerId partner, string reference) =>
        new(NewContext(), partner, reference, "1", new Money("EUR", 10_000_000), DateTime.UnixEpoch.AddYears(50));
}
