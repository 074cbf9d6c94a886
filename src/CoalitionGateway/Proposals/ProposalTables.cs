using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Proposals;

/// <summary>Proposals and the requests of open ones, as the database stores them.</summary>
internal sealed class ProposalTables : IEntityTypeConfiguration<Proposal>, IEntityTypeConfiguration<ProposalRequest>
{
    public void Configure(EntityTypeBuilder<Proposal> proposal)
    {
        proposal.Table("proposal", "state BETWEEN 1 AND 4").HasKey(row => row.Id);
        proposal.HasIndex(row => new { row.Proposer, row.State });
    }

    public void Configure(EntityTypeBuilder<ProposalRequest> request)
    {
        request.Table("proposal_request").HasKey(row => row.Id);
        request.HasIndex(row => row.MembershipId);
        request.HasOne<Proposal>().WithMany().HasForeignKey(row => row.Id).OnDelete(DeleteBehavior.Restrict);
    }
}
