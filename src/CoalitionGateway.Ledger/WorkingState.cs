using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger;

/// <summary>
/// The state on which a batch of commands works: the rows, the account entries, the log and the time. All changes of
/// the batch are written together.
/// </summary>
/// <param name="memory">The cache from earlier batches.</param>
/// <param name="presumesFree">Whether keys that a command is about to take are presumed free.</param>
public sealed class WorkingState(RowMemory memory, bool presumesFree = false) : RowOverlay(memory, presumesFree)
{
    private readonly RowMemory _memory = memory;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<AccountRef, (long Points, int Entries)> _sums = [];
    private int _logged;
    private DateTime _time;

    /// <summary>Makes a state with an empty cache.</summary>
    public WorkingState()
        : this(new RowMemory())
    {
    }

    /// <summary>The entries to write, in order.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The sums to add to accounts without a floor, each with its number of entries.</summary>
    public IReadOnlyDictionary<AccountRef, (long Points, int Entries)> Sums => _sums;

    /// <summary>The number of events in the audit log after the batch.</summary>
    public long LogSize => _memory.LogSize + _logged;

    /// <summary>The time of the batch's decisions, never before the last turn.</summary>
    public DateTime Time => _time > _memory.Time ? _time : _memory.Time;

    /// <summary>The decision time: the clock's time, or the last turn's if later. Time never runs backwards in the log.</summary>
    public DateTime Advance(DateTime clock) => _time = clock > Time ? clock : Time;

    /// <summary>Enters an event's postings into the accounts.</summary>
    /// <exception cref="InvalidOperationException">A rule is wrong: a posting is unbalanced or breaks a floor.</exception>
    public void Post(EventId id, IReadOnlyList<Posting> postings)
    {
        var line = 0;
        foreach (var posting in postings)
        {
            posting.Check();
            foreach (var (reference, points) in posting.Lines)
            {
                _entries.Add(reference.Kind.HasFloor() ? Enter(id, line, reference, points) : Sum(id, line, reference, points));
                line++;
            }
        }
    }

    /// <summary>Adds an event to the audit log.</summary>
    public void Log(Event made) => Put(StoredEvent.Store(made, _memory.LogSize + _logged++, _memory.Seal));

    /// <summary>Stores the answer to a request.</summary>
    public void Answer(StoredAnswer answered) => Put(answered.SealedBy(_memory.Seal));

    /// <summary>Caches the batch's changes, once the store has committed them or is about to.</summary>
    public void Commit()
    {
        CommitRows();
        (_memory.LogSize, _memory.Time) = (LogSize, Time);
        _logged = 0;
        _entries.Clear();
        _sums.Clear();
    }

    private Entry Enter(EventId id, int line, AccountRef reference, long points)
    {
        var account = Find(new Account.Of(reference.Id)) ?? Account.Open(reference);
        var after = account.Add(points);
        Put(after);
        if (reference.Kind.IsLot())
        {
            Follow(reference, account.BalancePoints, after.BalancePoints);
        }

        return new Entry(id, line, reference.Id, points, after.Version, account.BalancePoints, after.BalancePoints);
    }

    /// <summary>Keeps the rows of a lot as long as the lot has points.</summary>
    private void Follow(AccountRef lot, long before, long after)
    {
        foreach (var row in (before == 0) == (after == 0) ? [] : Lot.RowsOf(lot))
        {
            if (after == 0)
            {
                Remove(row);
            }
            else
            {
                Put(row);
            }
        }

        if (before == 0 && after > 0)
        {
            var (programme, membership, end) = Lot.EndOf(lot);
            ReminderDue.Schedule(this, programme, membership, end);
        }
    }

    private Entry Sum(EventId id, int line, AccountRef reference, long points)
    {
        var (sum, entries) = _sums.GetValueOrDefault(reference);
        _sums[reference] = (sum + points, entries + 1);
        return new Entry(id, line, reference.Id, points, null, null, null);
    }
}
