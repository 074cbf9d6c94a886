using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>A member's key as it is kept: wrapped, that is encrypted under a master key.</summary>
/// <param name="MemberId">Whose it is.</param>
/// <param name="Master">The name of the master key that opens it.</param>
internal sealed record WrappedKey(Guid MemberId, string Master, byte[] Wrapped);

/// <summary>That a member was erased. Kept beside the keys, so that a ledger restored from a backup hears of it.</summary>
/// <param name="EventId">The event that says so; empty while the erasure is under way.</param>
internal sealed record ErasedMember(Guid MemberId, Guid EventId, DateTime EraseTime);

/// <summary>The key database: apart from what the keys open, with its own backups.</summary>
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
