using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>How far a redemption has come. The numbers match the contract's.</summary>
public enum RedemptionState
{
    /// <summary>The points are reserved, until the reservation's time is over.</summary>
    Reserved = 1,

    /// <summary>The points, or a part of them, are spent.</summary>
    Captured = 2,

    /// <summary>The points were given back before they were spent.</summary>
    Released = 3,
}

/// <summary>Points that a member spends at a brand, under the brand's own reference.</summary>
/// <param name="Id">The event that reserved the points.</param>
/// <param name="MembershipId">The membership at that time. It may have been merged into another one since.</param>
/// <param name="Points">The points that were reserved.</param>
/// <param name="CapturedPoints">The points that were spent.</param>
/// <param name="RefundedPoints">The part of the spent points that was given back.</param>
/// <param name="NeedsApproval">Whether the member must approve before points are spent.</param>
/// <param name="ApproveTime">When the member approved; null: not yet.</param>
/// <param name="ExpireTime">When a reservation ends by itself.</param>
/// <param name="ValueMicros">The value of one point when the points were reserved.</param>
/// <param name="Parts">The terms of the points: of all while they are reserved, then of the spent ones.</param>
public sealed record Redemption(
    PartnerId PartnerId, string Reference, EventId Id, ProgrammeId ProgrammeId, MembershipId MembershipId, long Points,
    long CapturedPoints, long RefundedPoints,
    RedemptionState State, bool NeedsApproval, DateTime? ApproveTime, DateTime ReserveTime, DateTime ExpireTime, string ValueCurrencyCode,
    long ValueMicros,
    RedeemedParts Parts) : Row
{
    public override Key Primary => new Of(PartnerId, Reference);

    public override IEnumerable<Key> Lookups => [new WithId(Id)];

    /// <summary>
    /// Whether the points are reserved at a time. A reservation ends at its time, whether or not a sweep has posted that.
    /// </summary>
    public bool IsOpen(DateTime now) => State == RedemptionState.Reserved && now < ExpireTime;

    /// <summary>The value of one point when the points were reserved.</summary>
    public Money PointValue => new(ValueCurrencyCode, ValueMicros);

    /// <summary>What points are worth, rounded down to the currency's minor unit.</summary>
    public Money Worth(long points) => WorthOf(points, PointValue);

    /// <param name="pointValue">The value of one point.</param>
    public static Money WorthOf(long points, Money pointValue)
    {
        var (exact, unit) = (Int128.Min((Int128)points * pointValue.Micros, Money.MaxMicros),
            Currencies.MinorUnitMicros(pointValue.CurrencyCode) ?? 1);
        return new Money(pointValue.CurrencyCode, (long)(exact / unit * unit));
    }

    /// <summary>The refusal of a reservation that is not open any more.</summary>
    public Refusal NotOpen() => new Refusal(
        RefusalReason.RedemptionNotOpen,
        State == RedemptionState.Captured ? "The points are spent already; RefundRedemption gives them back."
            : "The reservation has ended; reserve anew, under another reference.",
        "redemption_reference").With("state", State == RedemptionState.Captured ? "captured" : "released")
            .With("expire_time", $"{ExpireTime:O}");

    /// <summary>The same refusal for "no such redemption" and "another partner's" or "another member's".</summary>
    public static Refusal NotFound(string field) =>
        new(RefusalReason.RedemptionNotFound, "You have no such redemption; ListRedemptions shows yours.", field);

    /// <summary>The refusal of payments of several members in one question.</summary>
    public static Refusal OfAnotherMember(string field) =>
        new(RefusalReason.RedemptionNotFound, "The payment is another member's; ask about each member alone.", field);

    public sealed record Of(PartnerId PartnerId, string Reference) : Key<Redemption>;

    public sealed record WithId(EventId Id) : Key<Redemption>;
}

/// <summary>The terms of redeemed points, in the order in which they were taken: those that expire first come first.</summary>
public sealed record RedeemedParts(IReadOnlyList<LotPart> All)
{
    /// <summary>The parts as a row stores them.</summary>
    public byte[] ToBytes() => new CanonicalWriter().List(All, LotPart.Encode).ToArray();

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no parts.</exception>
    public static RedeemedParts Of(byte[] bytes) => new(new CanonicalReader(bytes).Whole(static reader => reader.List(LotPart.Decode)));
}

/// <summary>A redemption with the points of its member, for the commands that change it.</summary>
/// <param name="Membership">The membership that has the points now; null: the member was erased.</param>
/// <param name="Holdings">Null with <paramref name="Membership"/>.</param>
public sealed record RedemptionView(Redemption Redemption, Membership? Membership, Holdings? Holdings)
{
    /// <summary>The redemption with the points of its member.</summary>
    public static RedemptionView Of(WorkingState rows, Redemption found, DateTime now)
    {
        if (Membership.Find(rows, found.MembershipId) is not { IsErased: false } membership)
        {
            return new RedemptionView(found, null, null);
        }

        var holdings = Holdings.Find(rows, found.ProgrammeId, membership.Id, now);
        foreach (var (term, _) in found.Parts.All)
        {
            holdings.NeedCredit(rows, term);
            rows.Find(new Account.Of(holdings.ReservedOf(term, found.ExpireTime).Id));
        }

        return new RedemptionView(found, membership, holdings);
    }

    /// <summary>Finds the redemption of a partner's reference; null if there is none.</summary>
    public static RedemptionView? Find(WorkingState rows, PartnerId partner, string reference, DateTime now) =>
        rows.Find(new Redemption.Of(partner, reference)) is { } found ? Of(rows, found, now) : null;

    /// <summary>Finds a redemption of one of a member's memberships; null if there is none.</summary>
    public static RedemptionView? Find(WorkingState rows, MemberId member, EventId id, DateTime now) =>
        rows.Find(new Redemption.WithId(id)) is { } found && Of(rows, found, now) is { Membership: { } membership } view
            && membership.MemberId == member ? view : null;

    /// <summary>The state at a time.</summary>
    public RedemptionState StateAt(DateTime now) =>
        Redemption.State == RedemptionState.Reserved && !IsOpen(now) ? RedemptionState.Released : Redemption.State;

    /// <summary>Whether the points are still reserved. Erasing the member ends the reservation.</summary>
    public bool IsOpen(DateTime now) => Redemption.IsOpen(now) && Holdings is { } holdings
        && Redemption.Parts.All.All(part => holdings.Reserved.Any(
            lot => lot.Account == holdings.ReservedOf(part.Term, Redemption.ExpireTime) && lot.Points >= part.Points));

    /// <summary>The posting that spends the first points of a reservation and gives back the rest.</summary>
    /// <param name="points">The points to spend. 0: all are given back.</param>
    public Posting Capture(long points)
    {
        var (holdings, parts) = (Holdings!, Redemption.Parts.All);
        return Posting.Of(
            Redemption.ProgrammeId,
            [
                .. parts.Select(part => new PostingLine(holdings.ReservedOf(part.Term, Redemption.ExpireTime), -part.Points)),
                new(AccountRef.Redeemed(Redemption.ProgrammeId, Redemption.PartnerId), points),
                .. holdings.Restore(LotPart.Split(parts, points).Others),
            ])!;
    }
}
