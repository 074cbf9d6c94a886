using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Platform.Journal;

namespace CoalitionGateway.Tests.Audit;

/// <summary>An attacker with direct access to the database changes the log. verify detects it.</summary>
public sealed class TamperTests : IAsyncLifetime
{
    private const string _third = "(SELECT id FROM event ORDER BY log_index LIMIT 1 OFFSET 2)";
    private readonly JournalBench _bench = new();
    private LogSigner _key = null!;

    public async ValueTask InitializeAsync()
    {
        _key = Signer();
        await _bench.Start();
        foreach (var command in new Scenario(7).Commands(160))
        {
            await _bench.Outcome(command);
        }

        Assert.True(_bench.Store.Sequence(5, _key) == 5);
        while (_bench.Store.Sequence(11, _key) > 0)
        {
        }

        Assert.Empty(Verify());
        if (!TestDatabase.IsPostgres)
        {
            foreach (var trigger in new[] { "event", "checkpoint", "log_member", "entry", "request" })
            {
                Do($"DROP TRIGGER {trigger}_is_final_update; DROP TRIGGER {trigger}_is_final_delete");
            }
        }
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>Every byte if SOAK=1, otherwise one in seven.</summary>
    [Fact]
    public void Event_AnyByteChanged_IsDetected()
    {
        var body = Body(_third);
        for (var i = 0; i < body.Length; i += Soak.Soaks ? 1 : 7)
        {
            var changed = body.ToArray();
            changed[i] ^= 1;
            Write(_third, changed);
            Assert.Contains(Verify(), problem => problem.StartsWith("log: the checkpoint", StringComparison.Ordinal));
        }

        Write(_third, body);
        Assert.Empty(Verify());
    }

    [Theory]
    [InlineData("an event is dropped", $"DELETE FROM entry WHERE event_id = {_third}; DELETE FROM request WHERE event_id = {_third}; DELETE FROM event WHERE id = {_third}", "log: entry 2 is not there")]
    [InlineData("the last events are dropped", "DELETE FROM entry WHERE event_id IN (SELECT id FROM event WHERE log_index > 9); DELETE FROM request WHERE event_id IN (SELECT id FROM event WHERE log_index > 9); DELETE FROM event WHERE log_index > 9", "log: checkpoints cover")]
    [InlineData("two events are swapped", "UPDATE event SET log_index = -1 WHERE log_index = 2; UPDATE event SET log_index = 2 WHERE log_index = 3; UPDATE event SET log_index = 3 WHERE log_index = -1", "log: the checkpoint of 5")]
    [InlineData("a member's number is changed", "UPDATE log_member SET number = number + 100 WHERE log_index = (SELECT max(log_index) FROM log_member)", "the events say that it is there, and it is missing")]
    [InlineData("a number is given to no event", "INSERT INTO log_member SELECT member_id, number + 100, -5 FROM log_member WHERE log_index = (SELECT max(log_index) FROM log_member)", "it is stored, and no event says so")]
    [InlineData("a consent is given by nobody", "UPDATE consent SET state = 9 - state, categories = '3,4,5,6'", "categories is 3,4,5,6, and the events say")]
    [InlineData("a consent is gone", "DELETE FROM consent", "the events say that it is there, and it is missing")]
    [InlineData("a purpose is agreed by nobody", "UPDATE agreed_purposes SET purposes = '2,3,4,5'", "purposes is 2,3,4,5, and the events say 2")]
    [InlineData("a transfer is listed by nobody", "DELETE FROM transfer", "the events say that it is there, and it is missing")]
    [InlineData("a tile is damaged", "DELETE FROM log_tile", "tiles are missing")]
    [InlineData("a checkpoint's signature is of another", "UPDATE checkpoint SET note = replace(note, 'coalition', 'another')", "is not signed by")]
    [InlineData("an event says another partner than it is found by", "UPDATE event SET partner_id = 'another' WHERE log_index = 2", "is not kept as what it says")]
    [InlineData("an event says another kind than it is found by", "UPDATE event SET kind = kind + 1 WHERE log_index = 2", "is not kept as what it says")]
    [InlineData("an event says another time than it is found by", "UPDATE event SET time = time + 1 WHERE log_index = 2", "is not kept as what it says")]
    public void Tampering_OfEachKind_IsDetected(string what, string sql, string problem)
    {
        Do(TestDatabase.IsPostgres ? sql : $"PRAGMA foreign_keys = OFF; {sql}");
        var problems = Verify();
        Assert.True(problems.Any(found => found.Contains(problem, StringComparison.Ordinal)), $"{what}: {string.Join(" | ", problems)}");
    }

    [Fact]
    public void History_RewrittenAndSignedAgain_IsDetectedByAKeptCheckpoint()
    {
        var kept = Notes().ToArray();
        var changed = Body(_third);
        changed[^1] ^= 1;
        Write(_third, changed);
        Do("DELETE FROM checkpoint; DELETE FROM log_member; DELETE FROM log_tile");
        // The running gateway refuses to sign a different log. A newly started one does not know of the difference.
        Assert.Contains("are gone", Assert.Throws<InvalidOperationException>(() => _bench.Store.Sequence(4096, _key)).Message, StringComparison.Ordinal);
        var restarted = Signer();
        while (_bench.Store.Sequence(4096, restarted) > 0)
        {
        }

        Assert.DoesNotContain(Verify(), problem => problem.StartsWith("log:", StringComparison.Ordinal));
        Assert.Contains(Verify(kept[^1]), problem => problem.Contains("a witness's checkpoint", StringComparison.Ordinal));
        Assert.DoesNotContain(Verify(Notes().Last().ReplaceLineEndings("\r\n") + "\n"), problem => problem.StartsWith("log:", StringComparison.Ordinal));
    }

    [Fact]
    public void Checkpoints_SignedByAnotherKey_AreDetected()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Do("DELETE FROM checkpoint; DELETE FROM log_member; DELETE FROM log_tile");
        while (_bench.Store.Sequence(4096, new LogSigner(_bench.Options.LogName, other, TimeProvider.System)) > 0)
        {
        }

        Assert.Contains(Verify(), problem => problem.Contains("is not signed by", StringComparison.Ordinal));
    }

    [Fact]
    public void Log_WithAGap_IsNotSigned()
    {
        Do("DELETE FROM checkpoint; DELETE FROM log_member; DELETE FROM log_tile; UPDATE event SET log_index = 100000 WHERE log_index = 7");
        Assert.Contains("Event 7", Assert.Throws<InvalidOperationException>(() => _bench.Store.Sequence(4096, Signer())).Message, StringComparison.Ordinal);
        Assert.Empty(Notes());
    }

    [Theory]
    [InlineData("UPDATE log_tile", true)]
    [InlineData("DELETE FROM checkpoint WHERE size > 5", false)]
    [InlineData("UPDATE checkpoint SET note = replace(note, 'coalition', 'another')", true)]
    public async Task Tree_DifferentFromTheSignedOne_IsNotSigned(string sql, bool alsoAfterARestart)
    {
        if (sql.StartsWith("UPDATE log_tile", StringComparison.Ordinal))
        {
            sql = $"UPDATE log_tile SET hashes = {(TestDatabase.IsPostgres ? $"'\\x{new string('0', 64 * 100)}'" : $"x'{new string('0', 64 * 100)}'")}";
        }

        Do(sql);
        await _bench.Outcome(new Scenario(8).Commands(1)[0]);
        Assert.Contains("not signed on", Assert.Throws<InvalidOperationException>(() => _bench.Store.Sequence(4096, _key)).Message, StringComparison.Ordinal);
        if (alsoAfterARestart)
        {
            Assert.Throws<InvalidOperationException>(() => _bench.Store.Sequence(4096, Signer()));
        }
    }

    private LogSigner Signer() => new(_bench.Options.LogName, new GatewayKeys(_bench.Options).Log, TimeProvider.System);

    private IReadOnlyList<string> Verify(params string[] witnesses)
    {
        var trust = new LogTrust(_key.VerifierKey, witnesses);
        return (TestDatabase.IsPostgres ? Verification.RunOnPostgres(_bench.Options.Postgres, trust) : Verification.Run(_bench.Options.DataDirectory, trust)).Problems;
    }

    private IEnumerable<string> Notes()
    {
        using var connection = TestDatabase.Open(_bench.Options);
        return [.. connection.Query("SELECT note FROM checkpoint ORDER BY size").Select(row => (string)row[0])];
    }

    private byte[] Body(string id)
    {
        using var connection = TestDatabase.Open(_bench.Options);
        return (byte[])connection.Query($"SELECT body FROM event WHERE id = {id}")[0][0];
    }

    private void Write(string id, byte[] body) =>
        Do($"UPDATE event SET body = {(TestDatabase.IsPostgres ? $"'\\x{Convert.ToHexString(body)}'" : $"x'{Convert.ToHexString(body)}'")} WHERE id = {id}");

    private void Do(string sql)
    {
        using var connection = TestDatabase.Open(_bench.Options);
        connection.Execute(sql);
    }
}
