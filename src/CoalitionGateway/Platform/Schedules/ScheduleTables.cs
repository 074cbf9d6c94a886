using CoalitionGateway.Ledger.Schedules;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Due items, as the database stores them.</summary>
internal sealed class ScheduleTables : IEntityTypeConfiguration<Due>
{
    public void Configure(EntityTypeBuilder<Due> due)
    {
        due.Table("due").HasKey(row => new { row.Kind, row.Subject });
        due.HasIndex(row => new { row.DueTime, row.Kind, row.Subject });
    }
}
