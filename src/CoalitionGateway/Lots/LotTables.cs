using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Lots;

/// <summary>Lots, expired points, and the programmes that keep lots, as the database stores them.</summary>
internal sealed class LotTables : IEntityTypeConfiguration<Lot>, IEntityTypeConfiguration<LapsedLot>, IEntityTypeConfiguration<LotKeeping>, IEntityTypeConfiguration<Inactivity>,
    IEntityTypeConfiguration<ExpiryPause>, IEntityTypeConfiguration<Reminded>
{
    public void Configure(EntityTypeBuilder<Lot> lot)
    {
        lot.Table("lot", "usable_time IS NOT NULL OR expire_time IS NOT NULL").HasKey(row => row.AccountId);
        lot.Ignore(row => row.Term).Ignore(row => row.Account).Ignore(row => row.IsShare);
        lot.HasIndex(row => row.Holder);
        lot.HasIndex(row => row.MembershipId);
        lot.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Inactivity> inactivity) => inactivity.Table("inactivity").HasKey(row => row.MembershipId);

    public void Configure(EntityTypeBuilder<ExpiryPause> pause) => pause.Table("expiry_pause").HasKey(row => row.MembershipId);

    public void Configure(EntityTypeBuilder<Reminded> reminded) => reminded.Table("reminded").HasKey(row => row.MembershipId);

    public void Configure(EntityTypeBuilder<LapsedLot> lapsed) => lapsed.Table("lapsed_lot", "points >= 0").HasKey(row => new { row.AccountId, row.EndTime });

    public void Configure(EntityTypeBuilder<LotKeeping> keeping)
    {
        keeping.Table("lot_keeping").HasKey(row => row.ProgrammeId);
        keeping.OfProgramme(row => row.ProgrammeId);
    }
}
