using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Earning;

/// <summary>Purchases, the points that brands gave to each membership, and adjustments, as the database stores them.</summary>
internal sealed class EarningTables : IEntityTypeConfiguration<Purchase>, IEntityTypeConfiguration<Earned>, IEntityTypeConfiguration<DirectAward>, IEntityTypeConfiguration<Reversal>,
    IEntityTypeConfiguration<AdjustedPoints>
{
    public void Configure(EntityTypeBuilder<Purchase> purchase)
    {
        purchase.Table("purchase", "amount_micros > 0 AND returned_micros BETWEEN 0 AND amount_micros AND given_points >= 0 AND (is_return OR taken_points BETWEEN 0 AND given_points)")
            .HasKey(row => new { row.PartnerId, row.Reference });
        purchase.HasIndex(row => new { row.PartnerId, row.PurchaseTime, row.Reference });
        purchase.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<AdjustedPoints> adjusted) => adjusted.Table("adjusted_points", "points > 0").HasKey(row => new { row.Actor, row.Day });

    public void Configure(EntityTypeBuilder<DirectAward> award) => award.Table("direct_award").HasKey(row => new { row.PartnerId, row.Reference });

    public void Configure(EntityTypeBuilder<Reversal> reversal)
    {
        reversal.Table("reversal").HasKey(row => new { row.PartnerId, row.Reference });
        reversal.HasIndex(row => new { row.PartnerId, row.PurchaseReference });
    }

    public void Configure(EntityTypeBuilder<Earned> earned)
    {
        earned.Table("earned", "given_points >= 0 AND taken_points >= 0 AND day_points >= 0").HasKey(row => new { row.PartnerId, row.MembershipId });
        earned.Ignore(row => row.LeftPoints);
    }
}
