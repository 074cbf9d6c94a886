using System.Data.Common;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Store;

/// <summary>What a verification found. <paramref name="Problems"/> name the account, event or entry of the log that differs.</summary>
/// <param name="Covered">Events that the log's latest checkpoint covers.</param>
public sealed record VerificationReport(
    long Events, long Entries, int Accounts, int Programmes, long Covered, int Checkpoints, IReadOnlyList<string> Problems);

/// <summary>How the audit log is verified.</summary>
/// <param name="VerifierKey">The key that must have signed the checkpoints; null: signatures are not looked at.</param>
/// <param name="Witnesses">Signed checkpoints that were kept elsewhere.</param>
public sealed record LogTrust(string? VerifierKey, IReadOnlyList<string> Witnesses)
{
    public static readonly LogTrust None = new(null, []);
}

/// <summary>
/// Replays all events of a database, as of one moment, and compares: every event's postings with its entries, every
/// account's entries with each other and with its balance, every programme's sum with zero, and the audit log with the
/// events: see <see cref="LogVerification"/>. Reads only; gateways may be running.
/// </summary>
public static class Verification
{
    /// <exception cref="FileNotFoundException">The directory has no database.</exception>
    public static VerificationReport Run(string dataDirectory, LogTrust? trust = null)
    {
        using var snapshot = Snapshot.OfSqlite(dataDirectory);
        return Run(snapshot.Transaction, trust ?? LogTrust.None);
    }

    /// <param name="connectionString">Of a role that may read.</param>
    /// <exception cref="DbException">The database does not answer, or holds no coalition.</exception>
    public static VerificationReport RunOnPostgres(string connectionString, LogTrust? trust = null)
    {
        using var snapshot = Snapshot.OfPostgres(connectionString);
        return Run(snapshot.Transaction, trust ?? LogTrust.None);
    }

    private static VerificationReport Run(DbTransaction snapshot, LogTrust trust)
    {
        var replay = new Replay();
        Each(
            """
            SELECT event.id, body, line, account_id, amount_points FROM event LEFT JOIN entry ON entry.event_id = event.id
            ORDER BY event.id, line
            """,
            replay.Line);
        replay.EndOfLines();
        Each("SELECT event_id, account_id FROM entry WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.id = entry.event_id)", replay.Orphan);
        Each(
            """
            SELECT account_id, event_id FROM (
                SELECT account_id, event_id, account_version, balance_before, lag(balance_after, 1, 0) OVER own AS before, row_number() OVER own AS nth
                FROM entry WHERE account_version IS NOT NULL WINDOW own AS (PARTITION BY account_id ORDER BY account_version)) chain
            WHERE balance_before <> before OR account_version <> nth
            """,
            replay.Break);
        Each("SELECT caller, request_id FROM request WHERE event_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event WHERE event.id = request.event_id)", replay.Unanswered);
        Each(
            $"""
            SELECT event.id FROM event LEFT JOIN transfer ON transfer.id = event.id LEFT JOIN membership ON membership.id = transfer.source_membership_id
            WHERE event.kind = {(int)EventKind.TransferCreated} AND membership.id IS NULL
            """,
            replay.Unlisted);
        Each("SELECT id, name, balance_points, version FROM account ORDER BY name", replay.Balance);
        var log = new LogVerification(trust.VerifierKey, replay.Problem);
        log.Run(Each, trust.Witnesses);
        return replay.Report(log);

        void Each(string sql, Action<DbDataReader> take)
        {
            using var command = snapshot.Connection!.CreateCommand();
            (command.CommandText, command.Transaction, command.CommandTimeout) = (sql, snapshot, 0);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                take(reader);
            }
        }
    }

    private sealed class Replay
    {
        private const int _maxProblems = 100;
        private readonly Dictionary<Guid, (AccountRef Account, Int128 Balance, long Entries)> _accounts = [];
        private readonly HashSet<Guid> _seen = [];
        private readonly List<string> _problems = [];
        private readonly List<(string What, Guid Account)> _strays = [];
        private readonly Queue<PostingLine> _expected = [];
        private Guid _event;
        private int _line;
        private bool _isReadable;
        private long _events;
        private long _entries;

        /// <summary>One entry of an event, or the event alone.</summary>
        public void Line(DbDataReader row)
        {
            if (Stored.Uuid(row, 0) is var id && (id != _event || _events == 0))
            {
                EndOfLines();
                _events++;
                (_event, _line) = (id, 0);
                var made = Decode(id, row.GetValue(1) as byte[] ?? []);
                _isReadable = made is not null;
                foreach (var line in made?.Postings.SelectMany(posting => Balanced(made, posting)) ?? [])
                {
                    Enter(line.Account, line.AmountPoints);
                    _expected.Enqueue(line);
                }
            }

            if (row.IsDBNull(2))
            {
                return;
            }

            _entries++;
            if (_expected.TryDequeue(out var expected))
            {
                if (Stored.Number(row, 2) != _line || Stored.Uuid(row, 3) != expected.Account.Id || Stored.Number(row, 4) != expected.AmountPoints)
                {
                    Problem($"{expected.Account.Name}: the entry of event {id}, line {_line}, is not what the event says");
                }

                _line++;
            }
            else if (_isReadable)
            {
                _strays.Add(($"an entry says that it is of event {id}, which does not say so", Stored.Uuid(row, 3)));
            }
        }

        public void EndOfLines()
        {
            foreach (var missing in _expected)
            {
                Problem($"{missing.Account.Name}: the entry of event {_event}, line {_line++}, is not there");
            }

            _expected.Clear();
        }

        public void Orphan(DbDataReader row)
        {
            _entries++;
            _strays.Add(($"an entry says that it is of event {Stored.Uuid(row, 0)}, which does not say so", Stored.Uuid(row, 1)));
        }

        public void Unanswered(DbDataReader row) => Problem($"request {Stored.Uuid(row, 1)} of {row.GetValue(0)}: the event that answers it is not there");

        public void Unlisted(DbDataReader row) => Problem($"transfer {Stored.Uuid(row, 0)}: no membership lists it");

        public void Break(DbDataReader row) =>
            _strays.Add(($"the entry of event {Stored.Uuid(row, 1)} does not begin with the balance that the one before left", Stored.Uuid(row, 0)));

        public void Balance(DbDataReader row)
        {
            var (id, name, balance, version) = (Stored.Uuid(row, 0), $"{row.GetValue(1)}", Stored.Number(row, 2), Stored.Number(row, 3));
            _seen.Add(id);
            var (account, replayed, entries) = _accounts.GetValueOrDefault(id);
            if (account is not null && account.Name != name)
            {
                Problem($"{account.Name}: the account calls itself {name}");
            }

            if (replayed != balance || entries != version)
            {
                Problem($"{name}: the balance is {balance} after {version} entries, the events give {replayed} after {entries}");
            }
        }

        public void Problem(string text)
        {
            if (_problems.Count < _maxProblems)
            {
                _problems.Add(text);
            }
        }

        public VerificationReport Report(LogVerification log)
        {
            foreach (var (account, balance, _) in _accounts.Where(found => !_seen.Contains(found.Key)).Select(found => found.Value))
            {
                Problem($"{account.Name}: the account is missing, the events give {balance}");
            }

            foreach (var (what, account) in _strays)
            {
                Problem($"{(_accounts.TryGetValue(account, out var found) ? found.Account.Name : account)}: {what}");
            }

            var programmes = _accounts.Values.GroupBy(found => found.Account.ProgrammeId, found => found.Balance).ToArray();
            foreach (var programme in programmes)
            {
                var sum = programme.Aggregate((total, balance) => total + balance);
                if (sum != 0)
                {
                    Problem($"{programme.Key}: the accounts add up to {sum} instead of 0");
                }
            }

            return new VerificationReport(_events, _entries, _accounts.Count, programmes.Length, log.Covered, log.Checkpoints, _problems);
        }

        private Event? Decode(Guid id, byte[] body)
        {
            try
            {
                var made = EventCodec.Decode(body);
                if (made.Id.Value != id)
                {
                    Problem($"event {id} calls itself {made.Id}");
                }

                return made;
            }
            catch (Exception unreadable) when (unreadable is FormatException or ArgumentException)
            {
                // Its entries are passed over; their accounts will differ.
                Problem($"event {id} cannot be read: {unreadable.Message}");
                return null;
            }
        }

        private IReadOnlyList<PostingLine> Balanced(Event made, Posting posting)
        {
            if (posting.Lines.Aggregate((Int128)0, (sum, line) => sum + line.AmountPoints) != 0)
            {
                Problem($"{posting.ProgrammeId}: event {made.Id} does not balance");
            }

            return posting.Lines;
        }

        private void Enter(AccountRef account, long points)
        {
            var (_, before, entries) = _accounts.GetValueOrDefault(account.Id);
            _accounts[account.Id] = (account, before + points, entries + 1);
        }
    }
}

/// <summary>Values as they stand in a database: what is not of its form is equal to nothing that the events say.</summary>
internal static class Stored
{
    public static Guid Uuid(DbDataReader row, int ordinal) => row.GetValue(ordinal) switch
    {
        Guid id => id,
        byte[] { Length: 16 } bytes => new Guid(bytes, bigEndian: true),
        _ => Guid.Empty,
    };

    public static Int128? Number(DbDataReader row, int ordinal) => row.GetValue(ordinal) switch
    {
        long number => number,
        int number => number,
        short number => number,
        _ => null,
    };
}
