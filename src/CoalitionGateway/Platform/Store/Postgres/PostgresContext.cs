using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The model on PostgreSQL. What refers to other rows many times a second is checked in sets, by the migrations'
/// triggers or by coalition verify, and not row by row by foreign keys, which would cost more than all the rest of a transfer.
/// </summary>
internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : LedgerContext(options)
{
    /// <summary>The rows whose references are not checked one by one, and what they refer to.</summary>
    public static readonly IReadOnlyDictionary<Type, Type[]> CheckedInSets = new Dictionary<Type, Type[]>
    {
        [typeof(Entry)] = [typeof(Account), typeof(StoredEvent)],
        [typeof(StoredAnswer)] = [typeof(StoredEvent)],
        [typeof(Transfer)] = [typeof(Membership)],
        [typeof(Purchase)] = [typeof(Membership)],
    };

    private static readonly Type[] _texts = [typeof(string), typeof(PartnerId), typeof(PartnerId?), typeof(ProgrammeId), typeof(ProgrammeId?)];

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        IdConverters.Register(configurationBuilder, uuidsAsBytes: false);
        configurationBuilder.Conventions.Remove<Microsoft.EntityFrameworkCore.Metadata.Conventions.ForeignKeyIndexConvention>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // Unique within each month, by the migration: a partitioned table has no index that leaves the partitions' key out.
        var events = modelBuilder.Entity<StoredEvent>().Metadata;
        events.RemoveIndex(events.GetIndexes().Single(index => index.Properties is [{ Name: nameof(StoredEvent.LogIndex) }]));
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (CheckedInSets.ContainsKey(entity.ClrType))
            {
                foreach (var reference in entity.GetForeignKeys().ToArray())
                {
                    entity.RemoveForeignKey(reference);
                }
            }

            foreach (var property in entity.GetProperties().Where(property => _texts.Contains(property.ClrType)))
            {
                // Ids are compared byte by byte, as everywhere else.
                property.SetCollation("C");
            }
        }
    }
}
