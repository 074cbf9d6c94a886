using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>A membership's points, in its account and in pools, and their destination when the member is erased.</summary>
/// <param name="Shares">The membership's places in pools, including invitations, each with the membership's share.</param>
/// <param name="Heir">The membership that gets the remaining points. Null: the points lapse.</param>
public sealed record Settlement(Membership Membership, Holdings Holdings, IReadOnlyList<(Participant Participant, HeldShare Share)> Shares, Heir? Heir)
{
    /// <summary>The member's points, also those that cannot be used yet.</summary>
    public long HeldPoints => Holdings.AvailablePoints + Holdings.PendingPoints + Holdings.ReservedPoints + Shares.Sum(found => found.Share.Points);

    public static Settlement Find(WorkingState rows, Membership membership, DateTime now)
    {
        var programme = membership.ProgrammeId;
        var shares = rows.FindAll(new Participant.ByMembership(membership.Id))
            .OrderBy(place => place.PoolId.Value)
            .Select(place => (place, HeldShare.Find(rows, programme, place.PoolId, membership.Id, now)))
            .ToArray();
        var heir = rows.Find(new ClosingRule.Of(programme))?.HeirId is { } id ? Membership.Find(rows, id) : null;
        return new Settlement(
            membership, Holdings.Find(rows, programme, membership.Id, now), shares,
            heir is { IsErased: false } && heir.MemberId != membership.MemberId ? new Heir(heir.MemberId, Holdings.Find(rows, programme, heir.Id, now)) : null);
    }

    /// <summary>The events that settle what has fallen due in the points, the shares and the heir's points.</summary>
    public IEnumerable<Event?> Settled(CommandContext context, DateTime now) =>
    [
        Holdings.Settled(context, Membership.MemberId, now),
        .. Shares.Select(found => found.Share.Settled(context, Membership.MemberId, Membership.Id, now)),
        InheritedPoints > 0 ? Heir!.Holdings.Settled(context, Heir.MemberId, now) : null,
    ];

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
                    .. Shares.SelectMany(found => found.Share.Take(found.Share.Points)).Select(taken => taken.Line),
                    .. Holdings.Empty(),
                    new PostingLine(InheritedPoints > 0 ? AccountRef.Transit(Membership.ProgrammeId) : AccountRef.Breakage(Membership.ProgrammeId), LeftPoints),
                ]);
        }
    }
}

/// <summary>The membership that a programme's closing rule names, with its points and debt.</summary>
public sealed record Heir(MemberId MemberId, Holdings Holdings);
