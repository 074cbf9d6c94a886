using System.Runtime.InteropServices;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// Rebuilds every row that follows from the events, event by event in the order of the log: accounts and entries from
/// postings, requests from headers, and all other rows by <see cref="Event.Rebuild"/>.
/// </summary>
/// <param name="tables">The model's tables.</param>
/// <param name="sums">The sums of the tables that are only added to.</param>
/// <param name="problem">Takes in a mismatch, in words.</param>
internal sealed class Replay(RowTables tables, IReadOnlyDictionary<Type, RowSums> sums, Action<string> problem)
{
    private const int _remembered = 100_000;
    private const int _atOnce = 1024;
    private readonly RebuiltRows _rows = new(tables);
    private readonly RowMemory _memory = new(_remembered);
    private readonly Dictionary<AccountRef, Account> _accounts = [];
    private readonly Dictionary<Guid, long> _members = [];
    private WorkingState? _state;
    private readonly Dictionary<ProgrammeId, long> _transit = [];
    private (Caller? Actor, Guid RequestId) _request;
    private long _taken;

    /// <summary>The rows that later events may have changed, as the last event left them.</summary>
    public RebuiltRows Rows => _rows;

    /// <summary>The accounts as postings left them.</summary>
    public IReadOnlyCollection<Account> Accounts => _accounts.Values;

    /// <summary>
    /// The number of an event among its member's entries; 0 if the event is about no member. Also counts the event as one
    /// that the tree covers.
    /// </summary>
    public long Number(MemberId? member, long index)
    {
        if (member is not { } whose)
        {
            return 0;
        }

        var number = ++CollectionsMarshal.GetValueRefOrAddDefault(_members, whose.Value, out _);
        sums[typeof(LogMember)].Said(new LogMember(whose, number, index));
        return number;
    }

    /// <summary>Takes in the next event.</summary>
    /// <param name="index">The event's place in the log.</param>
    /// <param name="answers">Whether the row of a request goes with the event, if the event answers a request.</param>
    public void Take(Event made, long index, bool answers)
    {
        // The later events of one request id are follow-ups. They were decided with the first event, which is the answer.
        var isFollowUp = made.Header.RequestId == _request.RequestId && (made.Header.Actor == _request.Actor || made.Header.Actor == Caller.Gateway);
        if (!isFollowUp)
        {
            CheckTransit();
            _request = (made.Header.Actor, made.Header.RequestId);
        }

        _memory.LogSize = index;
        Rebuild(made);
        var line = 0;
        foreach (var posting in made.Postings)
        {
            if (posting.Lines.Aggregate((Int128)0, (sum, entered) => sum + entered.AmountPoints) != 0)
            {
                problem($"{posting.ProgrammeId}: event {made.Id} does not balance");
            }

            foreach (var (account, points) in posting.Lines)
            {
                sums[typeof(Entry)].Said(Enter(made.Id, line++, account, points));
            }
        }

        if (answers && !isFollowUp && StoredAnswer.AnsweredBy(made) is { } answered)
        {
            sums[typeof(StoredAnswer)].Said(answered);
        }
    }

    /// <summary>Runs the checks that are possible only after all events are taken in.</summary>
    public void End() => CheckTransit();

    /// <summary>Reports points that are still on their way after a command: a follow-up of the command is missing.</summary>
    private void CheckTransit()
    {
        foreach (var (programme, points) in _transit.Where(found => found.Value != 0))
        {
            problem($"{programme}: {points} points are on their way after request {_request.RequestId} of {_request.Actor}");
        }

        _transit.Clear();
    }

    private void Rebuild(Event made)
    {
        if (!Try(made.Rebuild))
        {
            problem($"event {made.Id} ({made.Kind}) does not fit what was there before it");
        }
    }

    /// <summary>Changes the rows. Tries again until all rows that the change needs are loaded.</summary>
    /// <returns>False: the change fails.</returns>
    private bool Try(Action<WorkingState> change)
    {
        // No event needs half as many steps from row to row.
        const int maxRounds = 32;
        for (var round = 0; round < maxRounds; round++)
        {
            _state ??= new WorkingState(_memory.Begin());
            Exception? failed = null;
            try
            {
                change(_state);
            }
            catch (Exception unfit) when (unfit is NullReferenceException or InvalidOperationException or ArgumentException or OverflowException)
            {
                failed = unfit;
            }

            if (_state.Missing.Count == 0 && failed is null)
            {
                Keep(_state);
                return true;
            }

            var isMissing = _state.Missing.Count > 0;
            _rows.Load(_state);
            _state = null;
            if (!isMissing)
            {
                break;
            }
        }

        return false;
    }

    private void Keep(WorkingState state)
    {
        foreach (var (key, row) in state.Changes)
        {
            if (row is null)
            {
                _rows.Remove(key);
            }
            else if (sums.TryGetValue(row.GetType(), out var added))
            {
                added.Said(row);
            }
            else
            {
                _rows.Put(row);
            }
        }

        state.Commit();
        if (++_taken % _atOnce == 0)
        {
            // With a new state, the cache can drop rows beyond its capacity.
            _state = null;
        }
    }

    /// <summary>Rebuilds the rows of a lot, which are there as long as the lot has points.</summary>
    private void Follow(AccountRef lot, bool isEmpty)
    {
        try
        {
            foreach (var row in Lot.RowsOf(lot))
            {
                if (isEmpty)
                {
                    _rows.Remove(row.Primary);
                }
                else
                {
                    _rows.Put(row);
                }
            }

            if (!isEmpty)
            {
                var (programme, membership, end) = Lot.EndOf(lot);
                Try(state => ReminderDue.Schedule(state, programme, membership, end));
            }
        }
        catch (Exception broken) when (broken is FormatException or IndexOutOfRangeException)
        {
            problem($"{lot.Name} is no account of a lot");
        }
    }

    private Entry Enter(EventId id, int line, AccountRef reference, long points)
    {
        if (reference.Kind == AccountKind.Transit)
        {
            _transit[reference.ProgrammeId] = unchecked(_transit.GetValueOrDefault(reference.ProgrammeId) + points);
        }

        ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, reference, out _);
        var before = account ?? Account.Open(reference);
        account = before with { BalancePoints = unchecked(before.BalancePoints + points), Version = before.Version + 1 };
        if (reference.Kind.IsLot() && (before.BalancePoints == 0) != (account.BalancePoints == 0))
        {
            Follow(reference, isEmpty: account.BalancePoints == 0);
        }

        return reference.Kind.HasFloor()
            ? new Entry(id, line, before.Id, points, account.Version, before.BalancePoints, account.BalancePoints)
            : new Entry(id, line, before.Id, points, null, null, null);
    }
}
