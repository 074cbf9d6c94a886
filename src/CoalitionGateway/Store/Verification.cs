using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using Microsoft.Data.Sqlite;

namespace CoalitionGateway.Store;

/// <summary>What a verification found. <paramref name="Problems"/> name the account or event that differs.</summary>
public sealed record VerificationReport(long Events, long Entries, int Accounts, int Programmes, IReadOnlyList<string> Problems);

/// <summary>
/// Replays all events of a data directory, as of one moment, and compares: every event's postings with its entries,
/// every account's entries with its balance, every programme's sum with zero. Reads only; a gateway may be running.
/// </summary>
public static class Verification
{
    private const int _maxProblems = 100;

    /// <exception cref="FileNotFoundException">The directory has no database.</exception>
    public static VerificationReport Run(string dataDirectory)
    {
        var path = SqliteStore.PathIn(dataDirectory);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{dataDirectory} holds no coalition: there is no {path}.", path);
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        using var snapshot = connection.BeginTransaction(deferred: true);
        var replay = new Replay();
        using (var events = Query(connection, "SELECT id, body FROM event ORDER BY position"))
        using (var entries = Query(connection, "SELECT event_id, line, account_id, amount_points, balance_before, balance_after FROM entry JOIN event ON event.id = entry.event_id ORDER BY event.position, line"))
        {
            replay.Postings(events, entries);
        }

        using (var orphans = Query(connection, "SELECT event_id, account_id FROM entry WHERE event_id NOT IN (SELECT id FROM event)"))
        {
            replay.Orphans(orphans);
        }

        using (var accounts = Query(connection, "SELECT id, name, balance_points, version FROM account ORDER BY name"))
        {
            replay.Balances(accounts);
        }

        return replay.Report();
    }

    private static SqliteDataReader Query(SqliteConnection connection, string sql)
    {
        // The reader lives on its command, and both end with the connection.
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteReader();
    }

    // What is not of its form is equal to nothing that the events say.
    private static Guid Uuid(SqliteDataReader reader, int ordinal) =>
        reader.GetValue(ordinal) is byte[] { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : Guid.Empty;

    private static Int128? Number(SqliteDataReader reader, int ordinal) => reader.GetValue(ordinal) is long number ? number : null;

    private sealed class Replay
    {
        private readonly Dictionary<Guid, (AccountRef Account, Int128 Balance, long Entries)> _accounts = [];
        private readonly List<string> _problems = [];
        private readonly List<(Guid Event, Guid Account)> _strays = [];
        private long _events;
        private long _entries;

        public void Postings(SqliteDataReader events, SqliteDataReader entries)
        {
            var more = entries.Read();
            while (events.Read())
            {
                _events++;
                var id = Uuid(events, 0);
                if (Decode(id, events.GetValue(1) as byte[] ?? []) is not { } made)
                {
                    // The entries of an event that cannot be read are passed over; their accounts will differ.
                    for (; more && Uuid(entries, 0) == id; more = entries.Read())
                    {
                        _entries++;
                    }

                    continue;
                }

                var line = 0;
                foreach (var (account, points) in made.Postings.SelectMany(posting => Balanced(made, posting)))
                {
                    var before = Enter(account, points);
                    var held = account.Kind.HasFloor();
                    if (!more || Uuid(entries, 0) != id || Number(entries, 1) != line || Uuid(entries, 2) != account.Id || Number(entries, 3) != points
                        || (held && (Number(entries, 4) != before || Number(entries, 5) != before + points)))
                    {
                        Problem($"{account.Name}: the entry of event {id}, line {line}, is not what the event says");
                    }

                    if (more && Uuid(entries, 0) == id)
                    {
                        _entries++;
                        more = entries.Read();
                    }

                    line++;
                }

                for (; more && Uuid(entries, 0) == id; more = entries.Read())
                {
                    _entries++;
                    _strays.Add((id, Uuid(entries, 2)));
                }
            }
        }

        public void Orphans(SqliteDataReader orphans)
        {
            while (orphans.Read())
            {
                _entries++;
                _strays.Add((Uuid(orphans, 0), Uuid(orphans, 1)));
            }
        }

        public void Balances(SqliteDataReader accounts)
        {
            var seen = new HashSet<Guid>();
            while (accounts.Read())
            {
                var (id, name, balance, version) = (Uuid(accounts, 0), $"{accounts.GetValue(1)}", Number(accounts, 2), Number(accounts, 3));
                seen.Add(id);
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

            foreach (var (account, balance, _) in _accounts.Where(found => !seen.Contains(found.Key)).Select(found => found.Value))
            {
                Problem($"{account.Name}: the account is missing, the events give {balance}");
            }
        }

        public VerificationReport Report()
        {
            foreach (var (stray, account) in _strays)
            {
                Problem($"{(_accounts.TryGetValue(account, out var found) ? found.Account.Name : account)}: an entry says that it is of event {stray}, which does not say so");
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

            return new VerificationReport(_events, _entries, _accounts.Count, programmes.Length, _problems);
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

        private Int128 Enter(AccountRef account, long points)
        {
            var (_, before, entries) = _accounts.GetValueOrDefault(account.Id);
            _accounts[account.Id] = (account, before + points, entries + 1);
            return before;
        }

        private void Problem(string text)
        {
            if (_problems.Count < _maxProblems)
            {
                _problems.Add(text);
            }
        }
    }
}
