using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A membership's points, in its account and in pools, and their destination when the member is erased.</summary>
/// <param name="Shares">The membership's places in pools, including invitations, each with the membership's share.</param>
/// <param name="Heir">The membership that gets the remaining points. Null: the points lapse.</param>
public sealed record Settlement(Membership Membership, Holdings Holdings, IReadOnlyList<(Participant Participant, long Points)> Shares, Heir? Heir)
{
    /// <summary>The points that the member can spend.</summary>
    public long HeldPoints => Holdings.AvailablePoints + Shares.Sum(share => share.Points);

    public static Settlement Find(WorkingState rows, Membership membership)
    {
        var programme = membership.ProgrammeId;
        var shares = rows.FindAll(new Participant.ByMembership(membership.Id))
            .OrderBy(place => place.PoolId.Value)
            .Select(place => (place, rows.Find(new Account.Of(AccountRef.PoolShare(programme, place.PoolId, membership.Id).Id))?.BalancePoints ?? 0))
            .ToArray();
        var heir = rows.Find(new ClosingRule.Of(programme))?.HeirId is { } id ? rows.Find(new Membership.Of(id)) : null;
        return new Settlement(
            membership, Holdings.Find(rows, programme, membership.Id), shares,
            heir is { IsErased: false } && heir.MemberId != membership.MemberId ? new Heir(heir.MemberId, Holdings.Find(rows, programme, heir.Id)) : null);
    }

    /// <summary>The points that remain after the membership's debt is paid. Negative: a debt that nobody pays.</summary>
    private long LeftPoints => HeldPoints - Holdings.OwedPoints;

    /// <summary>The points that go to the heir.</summary>
    public long InheritedPoints => Heir is null ? 0 : Math.Max(0, LeftPoints);

    /// <summary>Empties the membership's accounts: the rest goes to the heir or lapses. Null if no points move.</summary>
    public Posting? Posting
    {
        get
        {
            return Accounts.Posting.Of(
                Membership.ProgrammeId,
                [
                    .. Shares.Select(share => new PostingLine(AccountRef.PoolShare(Membership.ProgrammeId, share.Participant.PoolId, Membership.Id), -share.Points)),
                    .. Holdings.Empty(),
                    new PostingLine(InheritedPoints > 0 ? AccountRef.Transit(Membership.ProgrammeId) : AccountRef.Breakage(Membership.ProgrammeId), LeftPoints),
                ]);
        }
    }
}

/// <summary>The membership that a programme's closing rule names, with its points and debt.</summary>
public sealed record Heir(MemberId MemberId, Holdings Holdings);
