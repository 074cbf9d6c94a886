using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Rules;

/// <summary>Versions of terms and campaigns, and what members used of their caps, as the database stores them.</summary>
internal sealed class RuleTables : IEntityTypeConfiguration<ProgrammeTerms>, IEntityTypeConfiguration<Campaign>, IEntityTypeConfiguration<Counter>, IEntityTypeConfiguration<TierHeld>,
    IEntityTypeConfiguration<Activation>, IEntityTypeConfiguration<WaitingAward>
{
    public void Configure(EntityTypeBuilder<ProgrammeTerms> terms)
    {
        terms.Table("programme_terms", "version > 0").HasKey(row => new { row.ProgrammeId, row.Version });
        terms.Property(row => row.Rules).AsBytes(rules => rules.ToBytes(), bytes => ProgrammeRules.Of(bytes));
        terms.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Campaign> campaign)
    {
        campaign.Table("campaign", "version > 0").HasKey(row => new { row.ProgrammeId, row.Id, row.Version });
        campaign.Property(row => row.Rule).AsBytes(rule => rule.ToBytes(), bytes => CampaignRule.Of(bytes));
        campaign.Ignore(row => row.CloseTime).Ignore(row => row.RefillTime).Ignore(row => row.VisitsRule).Ignore(row => row.WaitingRule);
        campaign.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<TierHeld> held) =>
        held.Table("tier_held", "until_time > from_time").HasKey(row => new { row.MembershipId, row.TierId, row.FromTime });

    public void Configure(EntityTypeBuilder<Activation> activation) =>
        activation.Table("activation").HasKey(row => new { row.MembershipId, row.CampaignId });

    public void Configure(EntityTypeBuilder<WaitingAward> award)
    {
        award.Table("waiting_award", "points >= 0").Ignore(row => row.Term).Ignore(row => row.Key).Ignore(row => row.IsPaid)
            .HasKey(row => new { row.PartnerId, row.Reference, row.CampaignId });
        award.HasIndex(row => row.MembershipId);
    }

    public void Configure(EntityTypeBuilder<Counter> counter) =>
        counter.Table("counter", "points >= 0 AND count >= 0").HasKey(row => new { row.MembershipId, row.Rule, row.Period });
}
