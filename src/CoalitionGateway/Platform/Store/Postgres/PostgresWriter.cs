using System.Runtime.InteropServices;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Writes the changes of a batch: one statement per kind of row, with the rows as arrays. The statements are one transaction
/// and one round trip. The transaction is committed before the answer.
/// </summary>
internal sealed class PostgresWriter(NpgsqlConnection connection, RowTables tables)
{
    private readonly Dictionary<(string Verb, Type Of), string> _statements = [];

    /// <param name="first">The command before the rows, which takes the turn.</param>
    /// <param name="last">The command after the rows, if there is one.</param>
    public NpgsqlBatch Write(WorkingState rows, NpgsqlBatchCommand first, NpgsqlBatchCommand? last = null)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(first);
        var (deleted, put) = Sort(rows);
        foreach (var keys in deleted.Values)
        {
            batch.BatchCommands.Add(Delete(keys));
        }

        // In the order of references: a row is written before the rows that refer to it.
        foreach (var ((type, verb), found) in put.OrderBy(put => tables[put.Key.Type].Rank))
        {
            batch.BatchCommands.Add(Command(verb, found, verb switch { "update" => Update, "insert" => Insert, _ => Put }));
        }

        // Accounts that all batches change are locked last, and so for the shortest time.
        if (rows.Sums.Count > 0)
        {
            var sums = rows.Sums.Select(sum => new Account(sum.Key.Id, sum.Key.Name, sum.Key.Kind, sum.Key.ProgrammeId, sum.Value.Points, sum.Value.Entries)).ToArray();
            batch.BatchCommands.Add(Command("sum", sums, Add));
        }

        if (rows.Entries.Count > 0)
        {
            batch.BatchCommands.Add(Command("insert", rows.Entries, Insert));
        }

        if (last is not null)
        {
            batch.BatchCommands.Add(last);
        }

        return batch;
    }

    /// <summary>
    /// The keys to delete, by type. The rows to write, by type and verb: insert, update, or put if the row may exist
    /// already.
    /// </summary>
    private static (Dictionary<Type, List<Key>> Deleted, Dictionary<(Type Type, string Verb), List<Row>> Put) Sort(WorkingState rows)
    {
        var deleted = new Dictionary<Type, List<Key>>();
        var put = new Dictionary<(Type Type, string Verb), List<Row>>();
        foreach (var (key, row) in rows.Changes)
        {
            if (row is null)
            {
                To(deleted, key.GetType()).Add(key);
            }
            else
            {
                To(put, (row.GetType(), rows.Replaced.Contains(key) ? "update" : row.IsInsertOnly || rows.Presumed.Contains(key) ? "insert" : "put")).Add(row);
            }
        }

        return (deleted, put);

        static List<TRow> To<TGroup, TRow>(Dictionary<TGroup, List<TRow>> groups, TGroup group)
            where TGroup : notnull =>
            CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _) ??= [];
    }

    private NpgsqlBatchCommand Command(string verb, IReadOnlyList<object> found, Func<RowTable, string> statement)
    {
        var type = found[0].GetType();
        var table = tables[type];
        if (!_statements.TryGetValue((verb, type), out var sql))
        {
            _statements[(verb, type)] = sql = statement(table);
        }

        var command = new NpgsqlBatchCommand(sql);
        PostgresRows.AddArrays(command.Parameters, verb == "update" ? table.ReplacedColumns : table.Columns, found);
        return command;
    }

    private NpgsqlBatchCommand Delete(List<Key> keys)
    {
        var type = keys[0].GetType();
        var (table, _) = tables.For(type);
        var columns = table.ColumnsOf(type).Columns;
        var command = new NpgsqlBatchCommand($"DELETE FROM {table.Name} t USING ({PostgresRows.Rows(columns)}) k WHERE {Match(columns.Select(column => column.Name))}");
        PostgresRows.AddArrays(command.Parameters, columns, keys);
        return command;
    }

    private static string Insert(RowTable table) => $"INSERT INTO {table.Name} ({string.Join(", ", table.ColumnNames)}) {PostgresRows.Rows(table.Columns)}";

    /// <summary>For rows that exist: no other gateway can delete them during the turn.</summary>
    private static string Update(RowTable table) =>
        $"UPDATE {table.Name} t SET {string.Join(", ", table.ChangingColumns.Select(column => $"{column} = k.{column}"))} FROM ({PostgresRows.Rows(table.ReplacedColumns)}) k WHERE {Match(table.KeyColumns)}";

    private static string Match(IEnumerable<string> columns) => string.Join(" AND ", columns.Select(column => $"t.{column} = k.{column}"));

    /// <summary>For rows that may or may not exist.</summary>
    private static string Put(RowTable table) =>
        $"{Insert(table)} ON CONFLICT ({string.Join(", ", table.KeyColumns)}) DO UPDATE SET {string.Join(", ", table.ChangingColumns.Select(column => $"{column} = excluded.{column}"))}";

    private static string Add(RowTable table) =>
        $"{Insert(table)} ON CONFLICT (id) DO UPDATE SET balance_points = {table.Name}.balance_points + excluded.balance_points, version = {table.Name}.version + excluded.version";
}
