using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>A campaign's points for a purchase that was made before the member activated the campaign.</summary>
/// <param name="CampaignVersion">The version under which the purchase counts: whether the points stay on a return.</param>
/// <param name="Points">What the activation gives, or gave.</param>
/// <param name="PayTime">When the member activated the campaign; null: not yet.</param>
/// <param name="ReturnedMicros">The part of the purchase that had been returned when the points were paid.</param>
/// <param name="UsableTime">Until then the paid points are pending: see <see cref="Term"/>.</param>
/// <param name="ExpireTime">From then on the paid points have expired.</param>
public sealed record WaitingAward(
    PartnerId PartnerId, string Reference, string CampaignId, long CampaignVersion, MembershipId MembershipId, long Points, DateTime? PayTime,
    long ReturnedMicros, DateTime? UsableTime, DateTime? ExpireTime) : Row
{
    public override Key Primary => new Of(PartnerId, Reference, CampaignId);

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    public bool IsPaid => PayTime is not null;

    public Term Term => new(UsableTime, ExpireTime);

    public WaitingOf Key => new(PartnerId, Reference, CampaignId);

    /// <summary>What is left of the points while a part of the purchase is returned.</summary>
    public long LeftPoints(Purchase purchase) => Points - (long)((Int128)Points * purchase.ReturnedMicros / purchase.AmountMicros);

    public WaitingAward Paid(long points, long returnedMicros, Term term, DateTime time) =>
        this with { Points = points, PayTime = time, ReturnedMicros = returnedMicros, UsableTime = term.UsableTime, ExpireTime = term.ExpireTime };

    public sealed record Of(PartnerId PartnerId, string Reference, string CampaignId) : Key<WaitingAward>;

    /// <summary>All campaigns' points of a membership.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<WaitingAward>;
}

/// <summary>Names a campaign's points for a purchase.</summary>
public readonly record struct WaitingOf(PartnerId PartnerId, string Reference, string CampaignId)
{
    public WaitingAward.Of Row => new(PartnerId, Reference, CampaignId);

    internal void Encode(CanonicalWriter writer) => writer.Text(PartnerId.Value).Text(Reference).Text(CampaignId);

    internal static WaitingOf Decode(CanonicalReader reader) => new(new PartnerId(reader.Text()), reader.Text(), reader.Text());
}
