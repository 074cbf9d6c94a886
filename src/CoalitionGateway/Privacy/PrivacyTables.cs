using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Privacy;

/// <summary>Erasures, restrictions and notifications to partners, as the database stores them.</summary>
internal sealed class PrivacyTables
    : IEntityTypeConfiguration<Erasure>,
    IEntityTypeConfiguration<Restriction>,
    IEntityTypeConfiguration<Notification>
{
    public void Configure(EntityTypeBuilder<Erasure> erasure) => erasure.Table("erasure").HasKey(row => row.MemberId);

    public void Configure(EntityTypeBuilder<Restriction> restriction) => restriction.Table("restriction").HasKey(row => row.MemberId);

    public void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.Table("notification").Ignore(row => row.IsReminder).HasKey(row => new { row.PartnerId, row.Id });
        notification.HasIndex(row => new { row.PartnerId, row.Number });
        notification.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
    }
}
