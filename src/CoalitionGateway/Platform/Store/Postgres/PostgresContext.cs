using System.Data;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

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
    /// <param name="asked">The number of a turn.</param>
    /// <param name="timeoutSeconds">How long the server may take; null: as long as the connection string says.</param>
    /// <returns>The number of the snapshot's last turn, 0 before the first; and the stamp of the turn that was asked for, empty
    /// if the snapshot does not have it.</returns>
    public async Task<(long Last, Guid Stamp)> BeginSnapshot(long asked, int? timeoutSeconds, CancellationToken cancellation)
    {
        await Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var command = (NpgsqlCommand)Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = timeoutSeconds ?? command.CommandTimeout;
        command.CommandText = "SELECT coalesce(max(number), 0), (SELECT stamp FROM turn WHERE number = $1) FROM turn";
        command.Parameters.Add(new() { Value = asked });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellation) ? Guid.Empty : reader.GetGuid(1));
    }

    private protected override Task Begin(CancellationToken cancellation) => Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
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
