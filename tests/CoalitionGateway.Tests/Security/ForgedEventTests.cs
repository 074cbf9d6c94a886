using System.Data.Common;
using System.Security.Cryptography;
using CoalitionGateway.Audit;
using CoalitionGateway.Client;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;
using Purpose = CoalitionGateway.Ledger.Purpose;
using RefusalSignal = CoalitionGateway.V1.RefusalSignal;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// Somebody with the application's role adds an event with all its rows, as a gateway would. Only the MAC is missing.
/// </summary>
public sealed class ForgedEventTests : IAsyncLifetime
{
    private readonly TestCoalition _coalition = new();
    private TestMember _member = null!;
    private string _number = "";

    private TestGateway Gateway => _coalition.Gateway;

    public async ValueTask InitializeAsync()
    {
        await _coalition.InitializeAsync();
        _member = await _coalition.Member(_coalition.Alpha);
        _number = _member.Numbers[_coalition.Alpha.ProgrammeId];
        await Signed(Gateway);
    }

    public ValueTask DisposeAsync() => _coalition.DisposeAsync();

    [Fact]
    public async Task ForgedConsentWithItsRow_IsNotSigned_IsNamed_AndTheOwnerCanVoidIt()
    {
        var signed = Gateway.Scalar("SELECT max(size) FROM checkpoint");
        var forged = await ForgeConsent();
        var signer = Gateway.Services.GetRequiredService<LogSigner>();
        await TestRedis.Until(() => Task.FromResult(signer.StoppedBy == forged));
        Assert.Equal(signed, Gateway.Scalar("SELECT max(size) FROM checkpoint"));
        Assert.Contains("the audit log is not signed", await Gateway.Http.GetStringAsync($"{Gateway.Options.HttpUrl}/healthz/ready"), StringComparison.Ordinal);
        Assert.Contains(Verify().Problems, problem => problem.Contains($"event {forged}", StringComparison.Ordinal) && problem.Contains("is not proved to be a gateway's", StringComparison.Ordinal));

        await Gateway.Stop();
        var effects = Voiding.Run(forged.Value, "written by hand, ticket 7", Gateway.Options.DataDirectory, Postgres);
        Assert.Contains(effects, effect => effect.StartsWith("consent member_id", StringComparison.Ordinal));
        await using var again = await TestGateway.Start(Gateway.Options.DataDirectory);
        await Signed(again);

        // verify reports the voided consent's row until a later command of the member's replaces it.
        var found = Verify();
        Assert.Contains(found.Voided, voided => voided.Contains($"event {forged}", StringComparison.Ordinal) && voided.EndsWith("ticket 7", StringComparison.Ordinal));
        Assert.All(found.Problems, problem => Assert.StartsWith("consent member_id", problem, StringComparison.Ordinal));
        Assert.NotEmpty(found.Problems);
        var member = again.WithToken(await again.SignIn(_number));
        await member.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = V1.Purpose.Marketing });
        await Signed(again);
        Assert.Empty(Verify().Problems);

        var events = (await member.Audit.ListEventsAsync(new ListEventsRequest())).Events;
        Assert.Equal("VoidEntry", Assert.Single(events, entry => entry.EventId == forged.ToString()).Type);
        Assert.Single(events, entry => entry.Type == "EventVoided");
        var refused = Assert.Throws<InvalidOperationException>(() => Proving.Run(forged.Value, Gateway.Options.DataDirectory, Postgres, (_, _) => null));
        Assert.Contains("is void: no gateway decided it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EventUnderARetiredKey_IsNotSigned_IsNamed_AndTheOwnerCanVoidIt()
    {
        // A holder of the leaked key can make a valid MAC.
        var leaked = Gateway.Services.GetRequiredService<GatewayKeys>().Macs;
        var folder = Directory.CreateDirectory(Path.Combine(Gateway.Options.DataDirectory, GatewayKeys.Folder, "mac")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "0002.key"), Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        await File.WriteAllTextAsync(Path.Combine(folder, "0001.retired"), "");
        var forged = await ForgeConsent(leaked.Make);
        var signer = Gateway.Services.GetRequiredService<LogSigner>();
        await TestRedis.Until(() => Task.FromResult(signer.StoppedBy == forged));
        Assert.Contains(Verify().Problems, problem => problem.Contains($"event {forged}", StringComparison.Ordinal) && problem.EndsWith("its MAC names key 1, which is retired", StringComparison.Ordinal));

        await Gateway.Stop();
        Voiding.Run(forged.Value, "the key leaked, ticket 8", Gateway.Options.DataDirectory, Postgres);
        await using var again = await TestGateway.Start(Gateway.Options.DataDirectory);
        await Signed(again);
        Assert.All(Verify().Problems, problem => Assert.StartsWith("consent member_id", problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EventDecidedByAGateway_CannotBeVoided()
    {
        await _member.Client.Consents.RefuseSharingAsync(new RefuseSharingRequest { RequestId = RequestIds.New(), Signal = RefusalSignal.Member });
        await Gateway.Stop();
        var last = new EventId(Id(Query("SELECT id FROM event ORDER BY log_index DESC LIMIT 1")[0][0]));
        var refused = Assert.Throws<InvalidOperationException>(() => Voiding.Run(last.Value, "no reason", Gateway.Options.DataDirectory, Postgres));
        Assert.Contains("cannot be voided", refused.Message, StringComparison.Ordinal);
        Assert.Contains("There is no event", Assert.Throws<InvalidOperationException>(() => Voiding.Run(Guid.NewGuid(), "no reason", Gateway.Options.DataDirectory, Postgres)).Message, StringComparison.Ordinal);
        Assert.Contains("A reason has", Assert.Throws<InvalidOperationException>(() => Voiding.Run(last.Value, " ", Gateway.Options.DataDirectory, Postgres)).Message, StringComparison.Ordinal);
    }

    private string? Postgres => TestDatabase.IsPostgres ? Gateway.Options.Postgres : null;

    private VerificationReport Verify()
    {
        var trust = LogTrust.None.WithKeysIn(Gateway.Options.DataDirectory);
        return Postgres is { } database ? Verification.RunOnPostgres(database, trust) : Verification.Run(Gateway.Options.DataDirectory, trust);
    }

    /// <summary>
    /// Writes what a gateway would write: the event, its row, and on PostgreSQL the turn. The forger lacks the key.
    /// </summary>
    private async Task<EventId> ForgeConsent(Func<long, byte[], Mac>? seal = null)
    {
        var member = new MemberId(Guid.Parse(await Gateway.MemberId(_number)));
        var index = (long)Query("SELECT max(log_index) + 1 FROM event")[0][0];
        var notices = Gateway.Services.GetRequiredService<NoticesInForce>();
        var header = new EventHeader(new EventId(Guid.CreateVersion7()), Clock.Truncate(DateTimeOffset.UtcNow), Caller.Of(member), Guid.NewGuid());
        var made = new ConsentGiven(header, member, new PartnerId("alpha"), Purpose.Marketing, "4", new NoticeRef(notices.Current, "en", SHA256.HashData([1])))
        {
            Act = ConsentAction.Call.At(header.Time),
        };
        var rows = new WorkingState(new RowMemory { LogSize = index, Seal = seal ?? ((_, _) => new Mac(1, RandomNumberGenerator.GetBytes(16))) });
        made.Apply(rows);
        rows.Log(made);
        using var connection = TestDatabase.Open(Gateway.Options);
        foreach (var row in rows.Changes.Values)
        {
            Insert(connection, Gateway.Services.GetRequiredService<LedgerStore>().Tables[row!.GetType()], row);
        }

        if (TestDatabase.IsPostgres)
        {
            connection.Execute("INSERT INTO turn (number, stamp, keys, log_size, time) SELECT number + 1, gen_random_uuid(), '{}', log_size + 1, time FROM turn ORDER BY number DESC LIMIT 1");
        }

        return made.Id;
    }

    private static void Insert(DbConnection connection, RowTable table, object row)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {table.Name} ({string.Join(", ", table.ColumnNames)}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"))})";
        foreach (var (i, column) in table.Columns.Index())
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{i}", column.Value(row) ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>Waits until a gateway has signed all events.</summary>
    private static Task Signed(TestGateway gateway) => TestRedis.Until(() =>
        Task.FromResult(gateway.Scalar("SELECT coalesce(max(size), 0) FROM checkpoint") == gateway.Scalar("SELECT max(log_index) + 1 FROM event")));

    private List<object[]> Query(string sql)
    {
        using var connection = TestDatabase.Open(Gateway.Options);
        return connection.Query(sql);
    }

    private static Guid Id(object value) => value is byte[] bytes ? new Guid(bytes, bigEndian: true) : (Guid)value;
}
