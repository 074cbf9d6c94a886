using System.Data.Common;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>One verification.</summary>
/// <param name="each">Runs a query and hands over its rows.</param>
internal sealed class Verifier(RowTables tables, LogTrust trust, Action<string, Action<DbDataReader>> each)
{
    private const int _maxProblems = 100;
    private readonly Dictionary<Type, RowSums> _sums =
        tables.All.Where(table => Coverage.Compares(table) && Coverage.IsInsertOnly(table)).ToDictionary(table => table.Type, table => new RowSums(table));

    private readonly List<string> _problems = [];
    private IReadOnlyCollection<Account> _accounts = [];
    private Dictionary<Guid, string>? _names;
    private long _events;

    public VerificationReport Run()
    {
        var (replay, log) = Replay(trust, Problem);
        log.End(each);
        _accounts = replay.Accounts;
        foreach (var account in _accounts)
        {
            replay.Rows.Put(account);
        }

        var programmes = _accounts.GroupBy(account => account.ProgrammeId, account => (Int128)account.BalancePoints).ToArray();
        var entries = 0L;
        foreach (var table in tables.All.Where(Coverage.Compares))
        {
            if (_sums.TryGetValue(table.Type, out var sums))
            {
                Stored(table, Refused, row =>
                {
                    entries += row is Entry ? 1 : 0;
                    sums.Stored(row);
                });
            }
            else
            {
                Stored(table, Refused, row => Compare(table, row, replay.Rows.Take((Row)row)));
                Missing(table, replay.Rows.Left(table));
            }
        }

        NameDifferences();
        foreach (var programme in programmes)
        {
            var sum = programme.Aggregate((total, balance) => total + balance);
            if (sum != 0)
            {
                Problem($"{programme.Key}: the accounts add up to {sum} instead of 0");
            }
        }

        return new VerificationReport(
            _events, entries, _accounts.Count, programmes.Length, log.Covered, log.Checkpoints, _problems, [.. log.Voided.Select(Say)]);
    }

    private (Replay Replay, LogVerification Log) Replay(LogTrust trusted, Action<string> problem)
    {
        var replay = new Replay(tables, _sums, problem);
        var log = new LogVerification(trusted, problem, replay.Number);
        log.Begin(each);
        var answering = Answering(log.Declared);
        var (table, place) = (tables[typeof(StoredEvent)], new List<StoredEvent>());
        each($"SELECT {string.Join(", ", table.ColumnNames)} FROM event ORDER BY log_index", row =>
        {
            if (Read(table, row, problem) is StoredEvent found)
            {
                if (place.Count > 0 && place[0].LogIndex != found.LogIndex)
                {
                    TakePlace();
                }

                place.Add(found);
            }
        });
        TakePlace();
        replay.End();
        return (replay, log);

        void TakePlace()
        {
            foreach (var (made, index, voided) in place.Count == 0 ? [] : log.Take(place))
            {
                if (voided is null)
                {
                    replay.Take(made, index, answers: true);
                }
                else if (voided.Stands)
                {
                    replay.Take(made, index, answers: answering.Contains(made.Id));
                }
            }

            _events += place.Count;
            place.Clear();
        }
    }

    /// <summary>If sums differ, replays the events once more and names the rows that differ.</summary>
    private void NameDifferences()
    {
        var differing = tables.All.Where(table => _sums.TryGetValue(table.Type, out var sums) && sums.Differs()).ToArray();
        if (differing.Length == 0)
        {
            return;
        }

        var events = _events;
        Replay(trust with { Witnesses = [] }, _ => { });
        _events = events;
        foreach (var table in differing)
        {
            var sums = _sums[table.Type];
            Stored(table, _ => { }, row =>
            {
                if (sums.Take(row, out var said))
                {
                    Compare(table, row, said);
                }
            });
            Missing(table, sums.Left);
        }
    }

    /// <summary>Reads the stored rows of a table, reduced to the values that follow from events.</summary>
    private void Stored(RowTable table, Action<StoredAnswer> refusal, Action<object> take) =>
        each($"SELECT {string.Join(", ", table.ColumnNames)} FROM {table.Name}", row =>
        {
            var found = Read(table, row, Problem);
            if (found is StoredAnswer { Refusal: not null } refused)
            {
                refusal(refused);
            }
            else if (found is not null)
            {
                take(Coverage.Comparable(found));
            }
        });

    /// <summary>Checks a refusal. No event holds a refusal, so it has a MAC of its own.</summary>
    private void Refused(StoredAnswer refused)
    {
        var doubt = refused.EventId is not null ? "it has an event too" : trust.Macs?.Doubt(StoredAnswer.NoPlace, refused.Sealed(), refused.MacKeyId ?? 0, refused.Mac ?? []);
        if (doubt is not null)
        {
            Problem($"request request_id {refused.RequestId} of {refused.Caller}: it is not proved that a gateway refused it so: {doubt}");
        }
    }

    private void Compare(RowTable table, object stored, object? said)
    {
        if (said is null)
        {
            Problem($"{Name(table, stored)}: it is stored, and no event says so");
            return;
        }

        foreach (var column in table.Columns)
        {
            var (is_, says) = (Text(column.Value(stored)), Text(column.Value(said)));
            if (is_ != says)
            {
                Problem($"{Name(table, stored)}: {column.Name} is {is_}, and the events say {says}");
            }
        }
    }

    private void Missing(RowTable table, IEnumerable<object> said)
    {
        foreach (var row in said)
        {
            Problem($"{Name(table, row)}: the events say that it is there, and it is missing");
        }
    }

    /// <summary>The void events that stored requests name as their answer.</summary>
    private HashSet<EventId> Answering(IEnumerable<EventVoided> declared)
    {
        var counting = declared.Where(voided => voided.Stands).Select(voided => voided.VoidedId).ToHashSet();
        var answering = new HashSet<EventId>();
        if (counting.Count > 0)
        {
            each("SELECT event_id FROM request WHERE event_id IS NOT NULL", row => answering.Add(new EventId(Store.Stored.Uuid(row, 0))));
        }

        answering.IntersectWith(counting);
        return answering;
    }

    /// <summary>Reads a row; null if the row cannot be read.</summary>
    private static object? Read(RowTable table, DbDataReader row, Action<string> problem)
    {
        try
        {
            return table.ReadAny(row);
        }
        catch (Exception unreadable) when (unreadable is InvalidCastException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            problem($"a row of {table.Name} cannot be read: {unreadable.Message}");
            return null;
        }
    }

    /// <summary>The name of a row: its table and key; for an entry or an account, the account's name.</summary>
    private string Name(RowTable table, object row) => row switch
    {
        Account account => Names.GetValueOrDefault(account.Id, account.Name),
        Entry entry => $"{Names.GetValueOrDefault(entry.AccountId, $"{entry.AccountId}")}: the entry of event {entry.EventId}, line {entry.Line}",
        _ => $"{table.Name} {string.Join(", ", table.KeyColumns.Select(name => $"{name} {Text(table.Columns.First(column => column.Name == name).Value(row))}"))}",
    };

    private Dictionary<Guid, string> Names => _names ??= _accounts.ToDictionary(account => account.Id, account => account.Name);

    private static string Say(EventVoided voided) =>
        $"event {voided.VoidedId}, entry {voided.LogIndex}, is void{(voided.Stands ? ", and what it did to the books counts" : "")}: {voided.Reason}";

    private static string Text(object? value) => value switch
    {
        null => "empty",
        byte[] { Length: 16 } id => new Guid(id, bigEndian: true).ToString(),
        byte[] bytes => Convert.ToHexString(bytes),
        _ => $"{value}",
    };

    private void Problem(string text)
    {
        if (_problems.Count < _maxProblems)
        {
            _problems.Add(text);
        }
    }
}
