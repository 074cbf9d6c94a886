using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger;
using Microsoft.Data.Sqlite;

namespace CoalitionGateway.Platform.Store.Sqlite;

/// <summary>
/// Rows of one SQLite connection: loads the rows that a working state misses, and writes its changes. Statements are
/// prepared once. A look-up by key takes a few microseconds, so keys are looked up one by one.
/// </summary>
internal sealed class SqliteRows(SqliteConnection connection, RowTables tables) : IRowSession
{
    private readonly Dictionary<(string Verb, Type Of), SqliteCommand> _prepared = [];

    public void Load(WorkingState rows)
    {
        foreach (var key in rows.Missing.ToArray())
        {
            var (table, isSet) = tables.For(key.GetType());
            var command = Prepared("select", key.GetType(), type => Select(table, type));
            Bind(command, table.ColumnsOf(key.GetType()).Columns, key);
            using var reader = command.ExecuteReader();
            if (isSet)
            {
                var found = new List<Row>();
                while (reader.Read())
                {
                    found.Add(table.Read(reader));
                }

                rows.LoadSet(key, found);
            }
            else
            {
                rows.Load(key, reader.Read() ? table.Read(reader) : null);
            }
        }
    }

    /// <summary>Writes changes in one transaction, durably.</summary>
    public void Write(RowChanges changes)
    {
        Execute("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON");
        try
        {
            WriteAll(changes);
            Execute("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>How many events there are, and the time of the last one.</summary>
    public (long LogSize, DateTime Time) LastOfLog()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT log_index + 1, time FROM event ORDER BY log_index DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), Clock.FromUnixMicroseconds(reader.GetInt64(1))) : (0, DateTime.UnixEpoch);
    }

    public WorkingState Begin()
    {
        RollBack();
        Execute("BEGIN DEFERRED");
        return new WorkingState();
    }

    public void End() => RollBack();

    public StoreUnavailableException? Unavailable(Exception failed) =>
        failed is SqliteException { SqliteErrorCode: not SQLitePCL.raw.SQLITE_CONSTRAINT } ? new StoreUnavailableException("The store did not answer.", failed) : null;

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        RollBack();
        connection.Dispose();
    }

    private void WriteAll(RowChanges changes)
    {
        foreach (var (key, row, isAdded) in changes.Rows)
        {
            if (row is null)
            {
                Delete(key);
            }
            else
            {
                Put(row, isAdded);
            }
        }

        foreach (var sum in changes.Sums)
        {
            Sum(sum);
        }

        foreach (var entry in changes.Entries)
        {
            Put(entry, isAdded: true);
        }
    }

    /// <summary>Rolls the transaction back, unless SQLite has already done so after an error.</summary>
    private void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    // A row that must be new is inserted, so that an existing row is never overwritten. A row must be new if it is
    // insert-only, or if a speculative batch assumed so.
    private void Put(object row, bool isAdded) => Run(isAdded ? "insert" : "put", row, table => isAdded
        ? Insert(table)
        : $"{Insert(table)} ON CONFLICT ({string.Join(", ", table.KeyColumns)}) DO UPDATE SET {string.Join(", ", table.ChangingColumns.Select(column => $"{column} = excluded.{column}"))}");

    private void Sum(Account account) => Run("sum", account, table =>
        Insert(table) + " ON CONFLICT (id) DO UPDATE SET balance_points = balance_points + excluded.balance_points, version = version + excluded.version");

    private void Run(string verb, object row, Func<RowTable, string> sql)
    {
        var table = tables[row.GetType()];
        var command = Prepared(verb, row.GetType(), _ => Create(sql(table), table.Columns.Count));
        Bind(command, table.Columns, row);
        command.ExecuteNonQuery();
    }

    private void Delete(Key key)
    {
        var (table, _) = tables.For(key.GetType());
        var command = Prepared("delete", key.GetType(), type => Create($"DELETE FROM {table.Name}{Where(table, type)}", table.ColumnsOf(type).Columns.Count));
        Bind(command, table.ColumnsOf(key.GetType()).Columns, key);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Select(RowTable table, Type key) =>
        Create($"SELECT {string.Join(", ", table.ColumnNames)} FROM {table.Name}{Where(table, key)}", table.ColumnsOf(key).Columns.Count);

    private static string Insert(RowTable table) =>
        $"INSERT INTO {table.Name} ({string.Join(", ", table.ColumnNames)}) VALUES ({string.Join(", ", table.ColumnNames.Select((_, i) => $"@p{i}"))})";

    private static string Where(RowTable table, Type key)
    {
        var columns = table.ColumnsOf(key).Columns;
        return columns.Count == 0 ? "" : " WHERE " + string.Join(" AND ", columns.Select((column, i) => $"{column.Name} = @p{i}"));
    }

    private static void Bind(SqliteCommand command, IReadOnlyList<RowColumn> columns, object owner)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            command.Parameters[i].Value = columns[i].Value(owner) ?? DBNull.Value;
        }
    }

    private SqliteCommand Prepared(string verb, Type of, Func<Type, SqliteCommand> create) =>
        _prepared.TryGetValue((verb, of), out var command) ? command : _prepared[(verb, of)] = create(of);

    private SqliteCommand Create(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
        }

        return command;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
