using System.Data.Common;
using System.Runtime.Versioning;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Sqlite;
using CoalitionGateway.Tests.Platform.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Tests.Platform.Store;

public sealed class StoreTests
{
    [Fact]
    public async Task Migrations_Applied_MatchTheModel()
    {
        await using var bench = new JournalBench();
        await using var context = bench.Store.CreateContext();
        Assert.False(context.Database.HasPendingModelChanges(), "The model changed: add a migration.");
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public void Database_OfANewerGateway_OnSqlite_IsRefusedWithItsSchema()
    {
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-store-").FullName };
        new SqliteStore(options, new GatewayKeys(options)).Dispose();
        Run(options, "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99.0')");
        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteStore(options, new GatewayKeys(options)));
        Assert.Contains("29990101000000_Later", refused.Message, StringComparison.Ordinal);
        SqliteConnection.ClearAllPools();
        Directory.Delete(options.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task Start_OnSqlite_AfterAKilledMigration_DoesNotWaitForIt()
    {
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-store-").FullName };
        Run(options, "CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL CONSTRAINT PK___EFMigrationsLock PRIMARY KEY, Timestamp TEXT NOT NULL)");
        Run(options, "INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01')");
        await Task.Run(() => new SqliteStore(options, new GatewayKeys(options)).Dispose()).WaitAsync(TestTime.Patience);
        SqliteConnection.ClearAllPools();
        Directory.Delete(options.DataDirectory, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00ff")]
    public void Start_WithADamagedKey_IsRefused(string key)
    {
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-store-").FullName };
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(options.DataDirectory, GatewayKeys.Folder)).FullName, "root.key"), key);
        Assert.Contains("root.key is damaged", Assert.Throws<InvalidOperationException>(() => new GatewayKeys(options)).Message, StringComparison.Ordinal);
        Directory.Delete(options.DataDirectory, recursive: true);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Database_OnSqlite_InADirectoryReadableByOthers_IsReadableByTheOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-store-").FullName };
        File.SetUnixFileMode(options.DataDirectory, (UnixFileMode)Convert.ToInt32("755", 8));
        using (new SqliteStore(options, new GatewayKeys(options)))
        {
            Assert.All(Directory.GetFiles(options.DataDirectory, "coalition.db*"), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        }

        Directory.Delete(options.DataDirectory, recursive: true);
    }

    // The rules prevent these statements. If a rule failed, the database would refuse them.
    [Theory]
    [InlineData("UPDATE account SET balance_points = -1 WHERE kind = 1")]
    [InlineData("UPDATE account SET kind = 2 WHERE kind = 1")]
    [InlineData("UPDATE entry SET amount_points = amount_points + 1 WHERE balance_after IS NOT NULL")]
    [InlineData("INSERT INTO entry SELECT * FROM entry")]
    [InlineData("INSERT INTO request SELECT * FROM request")]
    [InlineData("UPDATE purchase SET returned_micros = amount_micros + 1")]
    [InlineData("UPDATE purchase SET taken_points = given_points + 1")]
    [InlineData("UPDATE membership SET programme_id = 'no-such'")]
    [InlineData("INSERT INTO route VALUES ('home', 'home', 1, 1, 1000, 0, true, 1, 0)")]
    [InlineData("INSERT INTO entry SELECT event_id, line + 10, event_id, amount_points, account_version, balance_before, balance_after FROM entry")]
    public async Task Database_InvalidStatement_IsRefused(string sql)
    {
        await using var bench = new JournalBench();
        await bench.Start();
        await Populate(bench);
        using var connection = TestDatabase.Open(bench.Options);
        var refused = Assert.ThrowsAny<DbException>(() => connection.Execute(sql));
        Assert.True(refused is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT } or { SqlState: ['2', '3', ..] }, refused.Message);
    }

    // On PostgreSQL the application's role lacks the right.
    [Theory]
    [InlineData("UPDATE event SET kind = kind")]
    [InlineData("DELETE FROM event")]
    [InlineData("UPDATE entry SET line = line")]
    [InlineData("DELETE FROM entry")]
    [InlineData("UPDATE request SET time = time")]
    [InlineData("DELETE FROM request")]
    public async Task History_OnSqlite_CannotBeChangedOrDeleted(string sql)
    {
        await using var bench = new JournalBench();
        await bench.Start();
        await Populate(bench);
        using var connection = TestDatabase.Open(bench.Options);
        Assert.Contains("only ever added to", Assert.ThrowsAny<DbException>(() => connection.Execute(sql)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryRow_WrittenAndReadBack_IsTheSame()
    {
        await using var bench = new JournalBench();
        await bench.Start();
        var (member, membership) = await Populate(bench);
        var read = await bench.Store.Read(rows => (
            rows.Find(new Partner.Of(new PartnerId("home"))),
            rows.Find(new Programme.OwnedBy(new PartnerId("home"))),
            rows.FindAll(new Agreement.ByPartner(new PartnerId("home"))),
            rows.Find(new Membership.OfMember(member, new ProgrammeId("home"))),
            rows.Find(new Profile.Of(member)),
            rows.Find(new Purchase.Of(new PartnerId("home"), "R1"))), CancellationToken.None);
        var at = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal(new Partner(new PartnerId("home"), "Höme", at), read.Item1);
        Assert.Equal(new Programme(new ProgrammeId("home"), new PartnerId("home"), "Höme", "Europe/Riga", "EUR", 5, at), read.Item2);
        Assert.Equal([new Agreement(new PartnerId("home"), new ProgrammeId("home"), 1, DateTime.UnixEpoch, read.Item3[0].Terms, at)], read.Item3);
        Assert.Equal(new Membership(membership, new ProgrammeId("home"), member, at), read.Item4);
        Assert.Equal(new Profile(member, "Ånn", null, null, "+4670123456", null, "SE"), read.Item5);
        Assert.Equal((false, 12_500_000, 0, 13, 0), (read.Item6!.IsReturn, read.Item6.AmountMicros, read.Item6.ReturnedMicros, read.Item6.GivenPoints, read.Item6.TakenPoints));
    }

    private static async Task<(MemberId Member, MembershipId Membership)> Populate(JournalBench bench)
    {
        var (member, membership) = (new MemberId(Guid.NewGuid()), new MembershipId(Guid.NewGuid()));
        var (partner, programme) = (new PartnerId("home"), new ProgrammeId("home"));
        Command[] commands =
        [
            new RegisterPartner(NewContext(), partner, "Höme", [], [], new byte[32]),
            new CreateProgramme(NewContext(), programme, partner, "Höme", "Europe/Riga", new Money("EUR", 5)),
            new PublishAgreement(NewContext(), partner, programme, new Terms([new Rate(1, new Money("EUR", 1_000_000))], Rounding.Up, [], 0)) { FromTime = DateTime.UnixEpoch, MayBePast = true },
            new EnrollMember(NewContext(), partner, "1", member, membership, new Profile(member, "told", null, null, null, null, null), new Profile(member, "Ånn", null, null, "+4670123456", null, "SE")),
            new RecordPurchase(NewContext(), partner, "R1", "1", new Money("EUR", 12_500_000), DateTime.UnixEpoch),
        ];
        foreach (var command in commands)
        {
            await bench.Journal.Submit<Event>(command);
        }

        return (member, membership);
    }

    private static CommandContext NewContext() => new(new Caller(CallerKind.Operator, "boss"), Guid.NewGuid(), new EventId(Guid.NewGuid()));

    private static void Run(GatewayOptions options, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={SqliteStore.PathIn(options.DataDirectory)}");
        connection.Open();
        connection.Execute(sql);
    }
}
