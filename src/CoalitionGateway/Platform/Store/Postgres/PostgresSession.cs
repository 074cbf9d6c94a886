using CoalitionGateway.Ledger;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Reads rows in one snapshot after another. Rows stay cached from snapshot to snapshot. The round trip that begins a
/// snapshot also reads its last turns, which tell which cached rows are stale.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection, RowTables tables, TurnMemory known) : IRowSession
{
    private readonly PostgresRows _rows = new(connection, tables);
    private bool _hasBegun;

    public WorkingState Begin()
    {
        using var batch = new NpgsqlBatch(connection);
        if (_hasBegun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        batch.BatchCommands.Add(known.Turns());
        _hasBegun = true;
        using var reader = batch.ExecuteReader();
        known.TakeIn(reader);
        return new WorkingState(known.Rows);
    }

    public void Load(WorkingState rows) => _rows.Load(rows);

    public void End()
    {
        if (_hasBegun)
        {
            _hasBegun = false;
            using var command = new NpgsqlCommand("COMMIT", connection);
            command.ExecuteNonQuery();
        }
    }

    public StoreUnavailableException? Unavailable(Exception failed) => PostgresFailures.Unavailable(failed);

    public void Dispose() => _rows.Dispose();
}
