using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>A pool as one member sees it: the member's participation, their holdings outside the pool, and their share.</summary>
public sealed record PoolView(Pool Pool, Participant Own, Holdings Holdings, long SharePoints)
{
    /// <summary>The view; null if there is no such pool, or if the member is neither in it nor invited.</summary>
    public static PoolView? Find(WorkingState rows, PoolId id, MemberId member)
    {
        var pool = rows.Find(new Pool.Of(id));
        var membership = pool is null ? null : rows.Find(new Membership.OfMember(member, pool.ProgrammeId));
        var own = membership is null ? null : rows.Find(new Participant.Of(id, membership.Id));
        if (pool is null || membership is null || own is null)
        {
            return null;
        }

        var share = rows.Find(new Account.Of(AccountRef.PoolShare(pool.ProgrammeId, id, membership.Id).Id));
        var holdings = Holdings.Find(rows, pool.ProgrammeId, membership.Id);
        return new PoolView(pool, own, holdings, share?.BalancePoints ?? 0);
    }

    /// <summary>The same view for a command that can settle an invitation. Also asks for the invitation's due row.</summary>
    public static PoolView? FindInvited(WorkingState rows, PoolId id, MemberId member)
    {
        var view = Find(rows, id, member);
        if (view is not null)
        {
            rows.Find(new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(id, view.Own.MembershipId)));
        }

        return view;
    }

    public AccountRef Share => AccountRef.PoolShare(Pool.ProgrammeId, Pool.Id, Own.MembershipId);

    /// <summary>The posting that returns points of the member's own share.</summary>
    public IReadOnlyList<Posting> Return(long points) =>
        Posting.Of(Pool.ProgrammeId, [new(Share, -points), .. Holdings.Credit(points)]) is { } posting ? [posting] : [];

    /// <summary>The same refusal for "no such pool" and "not yours".</summary>
    public static Refusal NotFound(PoolId id) =>
        new Refusal(RefusalReason.PoolNotFound, "You are in no such pool; ListPools shows yours.", "pool_id").With("pool_id", id.ToString());
}
