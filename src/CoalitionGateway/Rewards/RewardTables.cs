using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Rewards;

/// <summary>Redemptions, rewards and vouchers, as the database stores them.</summary>
internal sealed class RewardTables
    : IEntityTypeConfiguration<Redemption>, IEntityTypeConfiguration<Reward>, IEntityTypeConfiguration<RewardStock>,
    IEntityTypeConfiguration<Voucher>, IEntityTypeConfiguration<PaymentCode>
{
    public void Configure(EntityTypeBuilder<Redemption> redemption)
    {
        redemption.Table("redemption",
            "points > 0 AND captured_points BETWEEN 0 AND points AND refunded_points BETWEEN 0 AND captured_points")
            .HasKey(row => new { row.PartnerId, row.Reference });
        redemption.Property(row => row.Parts).AsBytes(parts => parts.ToBytes(), bytes => RedeemedParts.Of(bytes));
        redemption.HasIndex(row => row.Id).IsUnique();
        redemption.HasIndex(row => new { row.PartnerId, row.Id });
        redemption.HasIndex(row => row.MembershipId);
        redemption.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Reward> reward)
    {
        reward.Table("reward", "version > 0").Ignore(row => row.ClaimsRule).Ignore(row => row.PayoutGroup).Ignore(row => row.NeededPoints)
            .HasKey(row => new { row.ProgrammeId, row.Id, row.Version });
        reward.Property(row => row.Rule).AsBytes(rule => rule.ToBytes(), bytes => RewardRule.Of(bytes));
        reward.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<RewardStock> stock)
    {
        stock.Table("reward_stock", "claimed_count > 0").HasKey(row => new { row.ProgrammeId, row.RewardId });
        stock.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<PaymentCode> code)
    {
        code.Table("payment_code").HasKey(row => row.MembershipId);
        code.HasIndex(row => row.CodeHash).IsUnique();
        code.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Voucher> voucher)
    {
        voucher.Table("voucher", "price_points > 0 AND count > 0 AND (used_by IS NULL) = (use_time IS NULL)").HasKey(row => row.Id);
        voucher.HasIndex(row => row.CodeHash).IsUnique();
        voucher.HasIndex(row => row.MembershipId);
        voucher.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
    }
}
