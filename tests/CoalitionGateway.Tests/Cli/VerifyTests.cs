using CoalitionGateway.Cli;

namespace CoalitionGateway.Tests.Cli;

/// <summary>Somebody changes the database directly. verify detects the change and names it.</summary>
[Collection(TerminalCollection.Name)]
public sealed class VerifyTests(VerifyTests.Replayed replayed) : IClassFixture<VerifyTests.Replayed>
{
    // The account and the event of the second purchase.
    private const string _account = "(SELECT account_id FROM entry JOIN account ON account.id = account_id WHERE kind = 1 ORDER BY event_id LIMIT 1 OFFSET 1)";
    private const string _event = "(SELECT event_id FROM entry JOIN account ON account.id = account_id WHERE kind = 1 ORDER BY event_id LIMIT 1 OFFSET 1)";

    [Fact]
    public void UntouchedDatabase_ExitsWithZero()
    {
        using var data = replayed.Data.Copy();
        var (exitCode, lines) = Verify(data);
        Assert.Equal(0, exitCode);
        Assert.Equal("verify: every row and every balance follows from the events, every sum is 0, the log is whole", lines[^1]);
    }

    [Fact]
    public void WithoutTheKeys_SaysThatMacsWereNotChecked()
    {
        using var data = replayed.Data.Copy();
        Directory.Delete(data.File("keys"), recursive: true);
        var (exitCode, lines) = Verify(data);
        Assert.Equal(0, exitCode);
        Assert.Contains(lines, line => line.StartsWith("MACs were not checked: there are no keys of gateways here", StringComparison.Ordinal));
        Assert.EndsWith("whether gateways decided the events was not checked", lines[^1], StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Tamperings() => new()
    {
        { "a balance is changed", $"UPDATE account SET balance_points = balance_points + 1 WHERE id = {_account}" },
        { "a balance is moved to another account", $"UPDATE account SET balance_points = balance_points + CASE WHEN id = {_account} THEN 1 ELSE -1 END WHERE kind = 1" },
        { "an account is dropped", $"DELETE FROM account WHERE id = {_account}" },
        { "an account's name is changed", $"UPDATE account SET name = 'other' WHERE id = {_account}" },
        { "an entry is dropped", $"DELETE FROM entry WHERE event_id = {_event} AND account_id = {_account}" },
        { "an entry's amount is changed", $"UPDATE entry SET amount_points = amount_points + 1, balance_after = balance_after + 1 WHERE event_id = {_event} AND account_id = {_account}" },
        { "an entry's balance before is changed", $"UPDATE entry SET balance_before = balance_before + 1 WHERE event_id = {_event} AND account_id = {_account}" },
        { "an entry is added to an event", $"INSERT INTO entry SELECT event_id, line + 100, account_id, amount_points, account_version, balance_before, balance_after FROM entry WHERE event_id = {_event} AND account_id = {_account}" },
        { "an entry of no event is added", $"INSERT INTO entry SELECT randomblob(16), line, account_id, amount_points, account_version, balance_before, balance_after FROM entry WHERE event_id = {_event} AND account_id = {_account}" },
        { "an event is dropped, its entries stay", $"DELETE FROM event WHERE id = {_event}" },
        { "an event is dropped with its entries", $"CREATE TEMP TABLE dropped AS SELECT {_event} AS id; DELETE FROM entry WHERE event_id = (SELECT id FROM dropped); DELETE FROM event WHERE id = (SELECT id FROM dropped)" },
        { "an event's format version is changed", $"UPDATE event SET body = CAST(x'FF' || substr(body, 2) AS BLOB) WHERE id = {_event}" },
        { "an event is cut short", $"UPDATE event SET body = substr(body, 1, length(body) - 1) WHERE id = {_event}" },
        { "an event is emptied", $"UPDATE event SET body = x'' WHERE id = {_event}" },
    };

    [Theory]
    [MemberData(nameof(Tamperings))]
    public void TamperedDatabase_ExitsWithOneAndNamesTheAccount(string what, string sql)
    {
        using var data = replayed.Data.Copy();
        var name = Name(data);
        Assert.NotEqual(0, data.Tamper(sql));
        var (exitCode, lines) = Verify(data);
        Assert.True(exitCode == 1, $"{what}: exit code {exitCode}");
        Assert.True(lines.Any(line => line.Contains(name, StringComparison.Ordinal)), $"{what}: nothing names {name} in: {string.Join(" | ", lines)}");
        Assert.EndsWith(" differ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void EventsPostings_AnyByteChanged_IsDetected()
    {
        // The postings are the last part of an event: two lines with account and amount.
        const int postingBytes = 40;
        using var data = replayed.Data.Copy();
        var body = (byte[])data.Query($"SELECT body FROM event WHERE id = {_event}")[0][0];
        for (var i = body.Length - postingBytes; i < body.Length; i++)
        {
            byte[] changes = [0x01, 0x80, 0xFF];
            foreach (var change in Soak.Soaks ? changes : [changes[i % changes.Length]])
            {
                var changed = (byte[])body.Clone();
                changed[i] ^= change;
                data.Tamper($"UPDATE event SET body = @body WHERE id = {_event}", ("@body", changed));
                var (exitCode, _) = Verify(data);
                Assert.True(exitCode == 1, $"byte {i} of {body.Length} changed by {change:x2}: exit code {exitCode}");
            }
        }
    }

    [Fact]
    public void DirectoryWithoutDatabase_IsRefusedWithAClearMessage()
    {
        using var data = new DataFolder();
        var missing = data.File("nothing-here");
        var failed = Assert.Throws<CommandFailedException>(() => VerifyCommand.Run(missing));
        Assert.Contains($"{missing} holds no coalition", failed.Message, StringComparison.Ordinal);
        Assert.Throws<CommandFailedException>(() => VerifyCommand.Run(data.Path));
        Assert.False(Directory.Exists(missing));
        Assert.Empty(Directory.EnumerateFiles(data.Path));
    }

    [Fact]
    public void FileThatIsNotADatabase_IsRefusedWithAClearMessage()
    {
        using var data = new DataFolder();
        File.WriteAllText(data.File("coalition.db"), "this is no database, and long enough not to be taken for an empty one");
        var failed = Assert.Throws<CommandFailedException>(() => VerifyCommand.Run(data.Path));
        Assert.Contains(data.Path, failed.Message, StringComparison.Ordinal);
    }

    private static (int ExitCode, string[] Lines) Verify(DataFolder data)
    {
        using var terminal = new Terminal();
        var exitCode = VerifyCommand.Run(data.Path);
        return (exitCode, terminal.Lines);
    }

    private static string Name(DataFolder data) => (string)data.Query($"SELECT name FROM account WHERE id = {_account}")[0][0];

    /// <summary>A few purchases of three members at one brand.</summary>
    public sealed class Replayed : IAsyncLifetime
    {
        internal DataFolder Data { get; } = new();

        public async ValueTask InitializeAsync()
        {
            using var terminal = new Terminal();
            var rows = Enumerable.Range(1, 6).Select(i => $"{i},2015-01,2015-01-02,100{i % 3},BP,fuel,bp,{i}0.00,,,GBP,K1,Fuel");
            SampleFile.Write(Data.File("rows.csv.gz"), [SampleFile.Header, .. rows]);
            await ReplayCommand.OnDirectory(Data.File("rows.csv.gz"), Data.Path);
        }

        public ValueTask DisposeAsync()
        {
            Data.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
