using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger;

/// <summary>How points move on the rows of a batch.</summary>
public sealed partial class WorkingState
{
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
