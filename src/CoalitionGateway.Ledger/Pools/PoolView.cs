using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>A pool as one member sees it: the member's participation, their holdings outside the pool, and their share.</summary>
public sealed record PoolView(Pool Pool, Participant Own, Holdings Holdings, HeldShare Share)
{
    /// <summary>The view; null if there is no such pool, or if the member is neither in it nor invited.</summary>
    public static PoolView? Find(WorkingState rows, PoolId id, MemberId member, DateTime now)
    {
        var pool = rows.Find(new Pool.Of(id));
        var membership = pool is null ? null : rows.Find(new Membership.OfMember(member, pool.ProgrammeId));
        var own = membership is null ? null : rows.Find(new Participant.Of(id, membership.Id));
        if (pool is null || membership is null || own is null)
        {
            return null;
        }

        var holdings = Holdings.Find(rows, pool.ProgrammeId, membership.Id, now);
        var share = HeldShare.Find(rows, pool.ProgrammeId, id, membership.Id, now);

        // Points keep their term on the way into the pool and back.
        foreach (var account in holdings.Lots.Select(lot => share.AccountOf(lot.Term)).Concat(share.Lots.Select(lot => holdings.AccountOf(lot.Term))))
        {
            rows.Find(new Account.Of(account.Id));
        }

        return new PoolView(pool, own, holdings, share);
    }

    /// <summary>The same view for a command that can settle an invitation. Also asks for the invitation's due row.</summary>
    public static PoolView? FindInvited(WorkingState rows, PoolId id, MemberId member, DateTime now)
    {
        var view = Find(rows, id, member, now);
        if (view is not null)
        {
            rows.Find(new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(id, view.Own.MembershipId)));
        }

        return view;
    }

    /// <summary>The posting that returns points of the member's own share. They pay debt first and keep their term.</summary>
    public IReadOnlyList<Posting> Return(long points)
    {
        var owed = Holdings.OwedPoints;
        var lines = new List<PostingLine>();
        foreach (var (line, term) in Share.Take(points))
        {
            var pays = Math.Min(owed, -line.AmountPoints);
            owed -= pays;
            lines.AddRange([line, new(Holdings.Receivable, pays), new(Holdings.AccountOf(term), -line.AmountPoints - pays)]);
        }

        return Posting.Of(Pool.ProgrammeId, lines) is { } posting ? [posting] : [];
    }

    /// <summary>The posting that moves points of the member into their share. They keep their term.</summary>
    public Posting Contribute(long points) => Posting.Of(
        Pool.ProgrammeId,
        Holdings.Debit(points).SelectMany(line => new[] { line, new(Share.AccountOf(Holdings.TermOf(line.Account)), -line.AmountPoints) }))!;

    /// <summary>The events that settle what has fallen due in the member's points and share.</summary>
    public IReadOnlyList<Event?> Settled(CommandContext context, MemberId member, DateTime now) =>
        [Holdings.Settled(context, member, now), Share.Settled(context, member, Own.MembershipId, now)];

    /// <summary>The same refusal for "no such pool" and "not yours".</summary>
    public static Refusal NotFound(PoolId id) =>
        new Refusal(RefusalReason.PoolNotFound, "You are in no such pool; ListPools shows yours.", "pool_id").With("pool_id", id.ToString());
}
