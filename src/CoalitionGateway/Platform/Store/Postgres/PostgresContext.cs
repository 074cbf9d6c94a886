using System.Data;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The model on PostgreSQL. References that are written many times a second have no foreign keys, which would check row by
/// row and cost more than all the rest of a transfer. The migrations' triggers or coalition verify check these references in
/// sets.
/// </summary>
internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : LedgerContext(options)
{
    /// <summary>The rows whose references are checked in sets, and the rows that they refer to.</summary>
    public static readonly IReadOnlyDictionary<Type, Type[]> CheckedInSets = new Dictionary<Type, Type[]>
    {
        [typeof(Entry)] = [typeof(Account), typeof(StoredEvent)],
        [typeof(StoredAnswer)] = [typeof(StoredEvent)],
        [typeof(Transfer)] = [typeof(Membership)],
        [typeof(Purchase)] = [typeof(Membership)],
    };

    private static readonly Type[] _texts = [typeof(string), typeof(PartnerId), typeof(PartnerId?), typeof(ProgrammeId), typeof(ProgrammeId?)];

    /// <summary>Begins a snapshot for this context's reads; disposing the context ends the snapshot.</summary>
    /// <param name="timeoutSeconds">How long the server may take; null: as long as the connection string says.</param>
    /// <returns>The last turn that the snapshot has; 0 before the first.</returns>
    public async Task<long> BeginSnapshot(int? timeoutSeconds, CancellationToken cancellation)
    {
        await Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var command = Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = timeoutSeconds ?? command.CommandTimeout;
        command.CommandText = PostgresStore.LastTurnSql;
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        IdConverters.Register(configurationBuilder, uuidsAsBytes: false);
        configurationBuilder.Conventions.Remove<Microsoft.EntityFrameworkCore.Metadata.Conventions.ForeignKeyIndexConvention>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // The migration makes this index unique within each month: a unique index of a partitioned table must include the
        // partition key.
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
