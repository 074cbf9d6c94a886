using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>Points from which one posting takes: lots in the given order, and plain points after the lots that can be used.</summary>
internal sealed class Purse(AccountRef plain, long plainPoints, IReadOnlyList<HeldLot> lots)
{
    private readonly Dictionary<AccountRef, long> _taken = [];
    private readonly List<AccountRef> _order = [];

    public long TakenPoints { get; private set; }

    public IReadOnlyList<PostingLine> Lines => [.. _order.Select(account => new PostingLine(account, -_taken[account]))];

    /// <summary>Takes points of one term, as many as there are.</summary>
    public void TakeFrom(Term term, long points)
    {
        foreach (var lot in lots.Where(lot => lot.Term == term))
        {
            Take(lot.Account, lot.Points, ref points);
        }

        if (term.IsPlain)
        {
            Take(plain, plainPoints, ref points);
        }
    }

    /// <summary>Takes points of any term, as many as there are: what expires first goes first, pending points go last.</summary>
    public void Take(long points)
    {
        foreach (var lot in lots.Where(lot => lot.Term.UsableTime is null))
        {
            Take(lot.Account, lot.Points, ref points);
        }

        Take(plain, plainPoints, ref points);
        foreach (var lot in lots.Where(lot => lot.Term.UsableTime is not null))
        {
            Take(lot.Account, lot.Points, ref points);
        }
    }

    private void Take(AccountRef account, long held, ref long points)
    {
        var before = _taken.GetValueOrDefault(account);
        var taken = Math.Min(points, held - before);
        if (taken <= 0)
        {
            return;
        }

        if (before == 0)
        {
            _order.Add(account);
        }

        _taken[account] = before + taken;
        (points, TakenPoints) = (points - taken, TakenPoints + taken);
    }
}
