using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Proofs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Platform.Store;

/// <summary>Accounts, entries, events and the log, as the database stores them.</summary>
internal sealed class StoreTables
    : IEntityTypeConfiguration<Account>,
    IEntityTypeConfiguration<Entry>,
    IEntityTypeConfiguration<StoredEvent>,
    IEntityTypeConfiguration<VoidedEvent>,
    IEntityTypeConfiguration<StoredAnswer>,
    IEntityTypeConfiguration<LogTile>,
    IEntityTypeConfiguration<LogMember>,
    IEntityTypeConfiguration<StoredCheckpoint>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.Table("account", "version > 0 AND (kind NOT IN (1, 3, 8, 9, 10, 11, 12) OR balance_points >= 0) AND (kind <> 2 OR balance_points <= 0)").HasKey(row => row.Id);
        account.HasIndex(row => row.Name).IsUnique();
        account.Property(row => row.Name).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
        account.Property(row => row.Kind).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
        account.Property(row => row.ProgrammeId).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
        account.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Entry> entry)
    {
        entry.ToTable("entry", table => table.HasCheckConstraint(
            "ck_entry", "amount_points <> 0 AND (balance_after IS NULL OR balance_after = balance_before + amount_points) AND (balance_after IS NULL) = (account_version IS NULL)"));
        entry.HasKey(row => new { row.EventId, row.Line });
        entry.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
        entry.HasOne<StoredEvent>().WithMany().HasForeignKey(row => row.EventId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<StoredEvent> stored)
    {
        stored.Table("event").HasKey(row => row.Id);
        stored.HasIndex(row => row.LogIndex).IsUnique();
        stored.HasIndex(row => new { row.Kind, row.LogIndex }).HasFilter(LedgerContext.IsAudited);
        stored.HasIndex(row => new { row.MemberId, row.Kind, row.LogIndex }).HasFilter(LedgerContext.IsAudited);
    }

    public void Configure(EntityTypeBuilder<VoidedEvent> voided) => voided.Table("voided_event").HasKey(row => row.EventId);

    public void Configure(EntityTypeBuilder<StoredAnswer> request)
    {
        request.Table("request", "(event_id IS NULL) <> (refusal IS NULL)").HasKey(row => new { row.Caller, row.RequestId });
        request.HasOne<StoredEvent>().WithMany().HasForeignKey(row => row.EventId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<LogTile> tile) => tile.ToTable("log_tile").HasKey(row => new { row.Level, row.Number });

    public void Configure(EntityTypeBuilder<LogMember> member) => member.ToTable("log_member").HasKey(row => new { row.MemberId, row.Number });

    public void Configure(EntityTypeBuilder<StoredCheckpoint> checkpoint)
    {
        checkpoint.ToTable("checkpoint").HasKey(row => row.Size);
        checkpoint.Property(row => row.Size).ValueGeneratedNever();
    }
}
