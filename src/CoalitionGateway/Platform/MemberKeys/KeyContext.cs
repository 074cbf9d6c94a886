using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>A member's key as it is stored: wrapped, that is, encrypted under a master key.</summary>
/// <param name="MemberId">The member whose key it is.</param>
/// <param name="Master">The name of the master key that opens the wrapped key.</param>
internal sealed record WrappedKey(Guid MemberId, string Master, byte[] Wrapped);

/// <summary>
/// The record that a member was erased, kept beside the keys so that a ledger restored from a backup learns of the erasure.
/// </summary>
/// <param name="EventId">The event of the erasure; empty while the erasure is under way.</param>
internal sealed record ErasedMember(Guid MemberId, Guid EventId, DateTime EraseTime);

/// <summary>The key database, which is separate from the data that the keys open and has its own backups.</summary>
internal sealed class KeyContext(DbContextOptions<KeyContext> options) : DbContext(options)
{
    public DbSet<WrappedKey> Keys => Set<WrappedKey>();

    public DbSet<ErasedMember> Erased => Set<ErasedMember>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<WrappedKey>(key =>
        {
            key.ToTable("member_key").HasKey(row => row.MemberId);
            key.Property(row => row.MemberId).HasColumnName("member_id");
            key.Property(row => row.Master).HasColumnName("master");
            key.Property(row => row.Wrapped).HasColumnName("wrapped");
            key.HasIndex(row => row.Master);
        });
        modelBuilder.Entity<ErasedMember>(erased =>
        {
            erased.ToTable("erased_member").HasKey(row => row.MemberId);
            erased.Property(row => row.MemberId).HasColumnName("member_id");
            erased.Property(row => row.EventId).HasColumnName("event_id");
            erased.Property(row => row.EraseTime).HasColumnName("erase_time");
        });
    }
}
