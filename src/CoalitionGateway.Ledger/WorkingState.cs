using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger;

/// <summary>
/// What a batch of commands works on: the rows, the entries of the accounts, the log and the time. All that the batch
/// changed is written together.
/// </summary>
/// <param name="memory">What is known from earlier batches.</param>
/// <param name="presumesFree">Whether a key that a command is about to take is presumed free.</param>
public sealed class WorkingState(RowMemory memory, bool presumesFree = false) : RowOverlay(memory, presumesFree)
{
    private readonly RowMemory _memory = memory;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<AccountRef, (long Points, int Entries)> _sums = [];
    private int _logged;
    private DateTime _time;

    /// <summary>With nothing known from before.</summary>
    public WorkingState()
        : this(new RowMemory())
    {
    }

    /// <summary>The entries to write, in order.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>What to add to the accounts that have no floor, and in how many entries.</summary>
    public IReadOnlyDictionary<AccountRef, (long Points, int Entries)> Sums => _sums;

    /// <summary>How many events the audit log has after the batch.</summary>
    public long LogSize => _memory.LogSize + _logged;

    /// <summary>When the batch is decided: never before the last turn.</summary>
    public DateTime Time => _time > _memory.Time ? _time : _memory.Time;

    /// <summary>The time to decide at: the clock's, or the last turn's where that is later. Time never runs backwards in the log.</summary>
    public DateTime Advance(DateTime clock) => _time = clock > Time ? clock : Time;

    /// <summary>Enters an event's postings into the accounts.</summary>
    /// <exception cref="InvalidOperationException">A posting does not balance or breaks an account's floor: a rule is wrong.</exception>
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

    /// <summary>Keeps the answer to a request.</summary>
    public void Answer(StoredAnswer answered) => Put(answered.SealedBy(_memory.Seal));

    /// <summary>Keeps what the batch changed, when the store has committed it or is about to.</summary>
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
        return new Entry(id, line, reference.Id, points, after.Version, account.BalancePoints, after.BalancePoints);
    }

    private Entry Sum(EventId id, int line, AccountRef reference, long points)
    {
        var (sum, entries) = _sums.GetValueOrDefault(reference);
        _sums[reference] = (sum + points, entries + 1);
        return new Entry(id, line, reference.Id, points, null, null, null);
    }
}
