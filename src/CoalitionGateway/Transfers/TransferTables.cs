using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Transfers;

/// <summary>Transfers, as the database stores them.</summary>
internal sealed class TransferTables : IEntityTypeConfiguration<Transfer>
{
    public void Configure(EntityTypeBuilder<Transfer> transfer)
    {
        transfer.Table("transfer", "amount_points > 0 AND amount_points % 1000 = 0 AND arrived_points > 0 AND settled_points BETWEEN 0 AND arrived_points")
            .HasKey(row => new { row.SourceMembershipId, row.Id });
        transfer.HasOne<Membership>().WithMany().HasForeignKey(row => row.SourceMembershipId).OnDelete(DeleteBehavior.Restrict);
    }
}
