using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Consents;

/// <summary>Consents and the rows that they depend on, as the database stores them.</summary>
internal sealed class ConsentTables
    : IEntityTypeConfiguration<AgreedPurposes>,
    IEntityTypeConfiguration<Consent>,
    IEntityTypeConfiguration<PublishedNotice>,
    IEntityTypeConfiguration<GuardianCode>,
    IEntityTypeConfiguration<SharingRefusal>
{
    public void Configure(EntityTypeBuilder<AgreedPurposes> agreed)
    {
        agreed.Table("agreed_purposes").HasKey(row => row.PartnerId);
        agreed.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        agreed.Ignore(row => row.List);
    }

    public void Configure(EntityTypeBuilder<Consent> consent)
    {
        consent.Table("consent").HasKey(row => new { row.MemberId, row.PartnerId, row.Purpose });
        consent.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        consent.Ignore(row => row.CategoryList).Ignore(row => row.Notice);
    }

    public void Configure(EntityTypeBuilder<PublishedNotice> notice) => notice.Table("published_notice").HasKey(row => row.Version);

    public void Configure(EntityTypeBuilder<GuardianCode> code)
    {
        code.Table("guardian_code").HasKey(row => row.GuardianId);
        code.HasIndex(row => row.CodeHash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<SharingRefusal> refusal) => refusal.Table("sharing_refusal").HasKey(row => row.MemberId);
}
