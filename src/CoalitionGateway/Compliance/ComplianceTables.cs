using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Compliance;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Compliance;

/// <summary>Members' requests, holds and breaches, as the database stores them.</summary>
internal sealed class ComplianceTables
    : IEntityTypeConfiguration<DataRequest>,
    IEntityTypeConfiguration<Hold>,
    IEntityTypeConfiguration<Breach>
{
    public void Configure(EntityTypeBuilder<DataRequest> request)
    {
        request.Table("data_request").HasKey(row => row.Id);
        request.HasIndex(row => row.DueTime);
    }

    public void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.Table("hold").HasKey(row => row.Id);
        hold.HasIndex(row => row.MemberId);
    }

    public void Configure(EntityTypeBuilder<Breach> breach)
    {
        breach.Table("breach").HasKey(row => row.Id);
        breach.Ignore(row => row.DueTime);
    }
}
