using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store.Rebuilding;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// If somebody changes the database, verify detects it and names the row. Exceptions are listed with their reasons.
/// </summary>
public sealed class TamperedRowsTests : IAsyncLifetime
{
    private readonly BentDatabase _database = new();

    public async ValueTask InitializeAsync() => await _database.Start();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void UntouchedDatabase_HasRowsInEveryTable_AndNoProblem()
    {
        Assert.Empty(_database.After("")!);
        var empty = _database.Tables.All.Where(table => _database.Count(table.Name) == 0 && table.Name != "notification");
        Assert.Empty(empty.Select(table => table.Name));
    }

    [Fact]
    public void ChangedColumn_IsDetected_InEveryTable()
    {
        var missed = new List<string>();
        var (tried, kept) = (0, 0);
        foreach (var (table, where, key, column) in from bent in Bent() from column in bent.Table.ColumnNames select (bent.Table, bent.Where, bent.Key, column))
        {
            if (Coverage.NotCompared.ContainsKey((table.Name, column)) || Coverage.NotCompared.ContainsKey((table.Name, Coverage.All)))
            {
                continue;
            }

            var problems = _database.Others(table, column, where).Select(other => (Other: other, Found: _database.After($"UPDATE {table.Name} SET {column} = {other}{where}")))
                .FirstOrDefault(found => found.Found is not null);
            if (problems.Found is null && TestDatabase.IsPostgres)
            {
                // PostgreSQL checks every written row. On SQLite the checks are off here, and verify detects the same change.
                kept++;
                continue;
            }

            tried++;
            if (problems.Found is null || !IsNamed(table, key, problems.Found))
            {
                missed.Add($"{table.Name}.{column} = {problems.Other}{where}: {string.Join(" | ", problems.Found?.Take(3) ?? ["not taken"])}");
            }
        }

        Assert.True(kept < tried / 10, $"The database kept {kept} changes out.");
        Assert.True(missed.Count == 0, $"{missed.Count} of {tried}:\n{string.Join('\n', missed)}");
    }

    [Fact]
    public void DeletedRow_IsDetected_InEveryTable()
    {
        foreach (var (table, where, key) in Bent().Where(bent => IsCompared(bent.Table) && !(Coverage.NotMissed.ContainsKey(bent.Table.Name) && IsRefusal(bent.Where))))
        {
            var problems = _database.After($"DELETE FROM {table.Name}{where}")!;
            Assert.True(IsNamed(table, key, problems), $"{table.Name}{where}: {string.Join(" | ", problems.Take(3))}");
        }
    }

    [Fact]
    public void RowDoubledUnderAnotherKey_IsDetected_InEveryTable()
    {
        foreach (var (table, where, _) in Bent().Where(bent => IsCompared(bent.Table)))
        {
            var found = table.KeyColumns.SelectMany(column => _database.Others(table, column, where).Select(other => _database.After(
                    $"INSERT INTO {table.Name} ({string.Join(", ", table.ColumnNames)}) SELECT {string.Join(", ", table.ColumnNames.Select(name => name == column ? other : name))} FROM {table.Name}{where}")))
                .FirstOrDefault(problems => problems is not null);
            // Another unique key can prevent every duplicate.
            Assert.True(found is null || found.Count > 0, $"{table.Name}{where} was doubled, and nothing was found");
        }
    }

    [Fact]
    public void ListedExceptions_ExistInTheModel_AndHaveAReason()
    {
        foreach (var ((table, column), reason) in Coverage.NotCompared)
        {
            var found = Assert.Single(_database.Tables.All, known => known.Name == table);
            Assert.True(column == Coverage.All || found.ColumnNames.Contains(column), $"{table} has no {column}");
            Assert.True(reason.Length > 20, $"{table}.{column}: {reason}");
        }

        Assert.All(Coverage.Apart.Keys, type => Assert.NotNull(_database.Tables[type]));
        Assert.All(Coverage.NotMissed.Keys, name => Assert.Single(_database.Tables.All, known => known.Name == name));
    }

    [Fact]
    public void ListedExceptions_AreInTheHandbook()
    {
        var page = File.ReadAllText(Path.Combine(Architecture.ArchitectureTests.Root(), "docs", "operations.md"));
        foreach (var ((table, column), reason) in Coverage.NotCompared)
        {
            Assert.Contains($"| `{table}` | {(column == Coverage.All ? "all" : $"`{column}`")} | {reason} |", page, StringComparison.Ordinal);
        }

        foreach (var (table, reason) in Coverage.NotMissed)
        {
            Assert.Contains($"a deleted row of `{table}` that holds {reason}", page, StringComparison.Ordinal);
        }
    }

    private IEnumerable<(RowTable Table, string Where, string[] Key)> Bent() =>
        from table in _database.Tables.All
        from rows in BentDatabase.Rows(table.Name)
        where _database.Count(table.Name, rows) > 0
        let one = _database.One(table, rows)
        select (table, one.Where + (rows.Contains("refusal", StringComparison.Ordinal) ? " AND refusal IS NOT NULL" : ""), one.Key);

    private static bool IsRefusal(string where) => where.EndsWith("refusal IS NOT NULL", StringComparison.Ordinal);

    private static bool IsCompared(RowTable table) => !Coverage.NotCompared.ContainsKey((table.Name, Coverage.All));

    /// <summary>
    /// Whether a problem names the row: by table and key, or by the names used for log entries, account entries and accounts.
    /// </summary>
    private static bool IsNamed(RowTable table, string[] key, IReadOnlyList<string> problems) => problems.Any(problem => table.Name switch
    {
        "event" => problem.Contains(key[0], StringComparison.Ordinal) || problem.StartsWith("log: ", StringComparison.Ordinal),
        "log_tile" => problem.StartsWith("log: tile", StringComparison.Ordinal) || problem.EndsWith("tiles are missing", StringComparison.Ordinal),
        _ when problem.StartsWith($"a row of {table.Name} cannot be read", StringComparison.Ordinal) => true,
        "checkpoint" => problem.StartsWith("log: ", StringComparison.Ordinal),
        "entry" => problem.Contains("the entry of event", StringComparison.Ordinal),
        "account" => problem.Contains('/'),
        // No event contains a number. The event contains a commitment to it.
        "membership_number" => problem.StartsWith("membership_number programme_id", StringComparison.Ordinal),
        _ => problem.StartsWith($"{table.Name} ", StringComparison.Ordinal) && key.Any(value => problem.Contains(value, StringComparison.Ordinal)),
    });
}
