using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Programmes;

/// <summary>Partners, programmes, agreements, routes and closing rules, as the database stores them.</summary>
internal sealed class ProgrammeTables
    : IEntityTypeConfiguration<Partner>,
    IEntityTypeConfiguration<Programme>,
    IEntityTypeConfiguration<Agreement>,
    IEntityTypeConfiguration<Ledger.Programmes.Route>,
    IEntityTypeConfiguration<ClosingRule>
{
    public void Configure(EntityTypeBuilder<Partner> partner) => partner.Table("partner").HasKey(row => row.Id);

    public void Configure(EntityTypeBuilder<Programme> programme)
    {
        programme.Table("programme").HasKey(row => row.Id);
        programme.HasIndex(row => row.PartnerId).IsUnique();
        programme.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Agreement> agreement)
    {
        agreement.Table("agreement", "version > 0").HasKey(row => new { row.PartnerId, row.ProgrammeId, row.Version });
        agreement.Property(row => row.Terms).AsBytes(terms => terms.ToBytes(), bytes => Terms.Of(bytes));
        agreement.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        agreement.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Ledger.Programmes.Route> route)
    {
        route.Table("route", "source_id <> destination_id AND ratio_numerator > 0 AND ratio_denominator > 0 AND minimum_points % 1000 = 0 AND maximum_points % 1000 = 0")
            .HasKey(row => new { row.SourceId, row.DestinationId });
        route.OfProgramme(row => row.SourceId);
        route.OfProgramme(row => row.DestinationId);
    }

    public void Configure(EntityTypeBuilder<ClosingRule> rule)
    {
        rule.Table("closing_rule").HasKey(row => row.ProgrammeId);
        rule.OfProgramme(row => row.ProgrammeId);
        rule.HasOne<Membership>().WithMany().HasForeignKey(row => row.HeirId).OnDelete(DeleteBehavior.Restrict);
    }
}
