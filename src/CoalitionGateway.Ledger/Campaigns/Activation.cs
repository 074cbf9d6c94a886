using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>A member activated a campaign that applies only to members who do so.</summary>
public sealed record Activation(MembershipId MembershipId, string CampaignId, DateTime Time) : Row
{
    public override Key Primary => new Of(MembershipId, CampaignId);

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    public sealed record Of(MembershipId MembershipId, string CampaignId) : Key<Activation>;

    public sealed record ByMembership(MembershipId MembershipId) : SetKey<Activation>;
}

/// <summary>A campaign that a membership activated.</summary>
public readonly record struct ActivationOf(MembershipId MembershipId, string CampaignId)
{
    internal void Encode(CanonicalWriter writer) => writer.Uuid(MembershipId.Value).Text(CampaignId);

    internal static ActivationOf Decode(CanonicalReader reader) => new(new MembershipId(reader.Uuid()), reader.Text());
}
