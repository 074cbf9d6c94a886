using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Pools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Pools;

/// <summary>Pools and their participants, as the database stores them.</summary>
internal sealed class PoolTables : IEntityTypeConfiguration<Pool>, IEntityTypeConfiguration<Participant>
{
    public void Configure(EntityTypeBuilder<Pool> pool)
    {
        pool.Table("pool").HasKey(row => row.Id);
        pool.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Participant> participant)
    {
        participant.Table("participant").HasKey(row => new { row.PoolId, row.MembershipId });
        participant.HasIndex(row => new { row.MembershipId, row.PoolId });
        // No foreign key to memberships: an invitation of an unknown number has none.
        participant.HasOne<Pool>().WithMany().HasForeignKey(row => row.PoolId).OnDelete(DeleteBehavior.Restrict);
    }
}
