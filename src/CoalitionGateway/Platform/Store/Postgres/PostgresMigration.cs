using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Migrates a PostgreSQL database to this gateway's schema, as the database's owner. Creates the partitions of the months
/// ahead. Grants the application's role the rights that gateways need and no more. Can be run again at any time, from
/// anywhere; runs wait for each other.
/// </summary>
internal static class PostgresMigration
{
    private const int _monthsAhead = 12;

    /// <param name="owner">Connection string of the role that owns the database and the schema.</param>
    /// <param name="applicationRole">The role that gateways connect as; it must exist.</param>
    /// <param name="beside">Creates the tables that are in the database beside the ledger's. Gets the name of the role,
    /// quoted for SQL.</param>
    /// <returns>The migrations that were applied.</returns>
    /// <exception cref="InvalidOperationException">The database belongs to a newer gateway or another owner, or the role
    /// does not exist.</exception>
    public static IReadOnlyList<string> Run(string owner, string applicationRole, Action<NpgsqlConnection, string> beside)
    {
        owner = PostgresConnection.Of(owner).ConnectionString;

        // One run at a time. EF's own lock covers only each single migration.
        using var alone = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ConnectionString);
        alone.Open();
        Scalar(alone, "SELECT pg_advisory_lock(hashtext($1))", "coalition migrate");
        using var context = new PostgresContext(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(owner).Options);
        var pending = context.Database.GetPendingMigrations().ToArray();
        OtherSchema.Refuse(context, "The database");

        context.Database.Migrate();
        using var connection = new NpgsqlConnection(owner);
        connection.Open();
        if (Scalar(connection, "SELECT count(*) FROM pg_roles WHERE rolname = $1", applicationRole) is 0L)
        {
            throw new InvalidOperationException($"There is no role {applicationRole}; create it: CREATE ROLE {applicationRole} LOGIN PASSWORD …");
        }

        ConnectRight.Restrict(connection, applicationRole);
        using var transaction = connection.BeginTransaction();
        var month = new DateTime(DateTime.UtcNow.Year, DateTime.UtcNow.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(-1);
        for (var i = 0; i <= _monthsAhead; i++)
        {
            Scalar(connection, "SELECT make_month($1::date)", DateOnly.FromDateTime(month.AddMonths(i)));
        }

        var role = new NpgsqlCommandBuilder().QuoteIdentifier(applicationRole);
        Scalar(connection, $"GRANT USAGE ON SCHEMA public TO {role}");
        Scalar(connection, $"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}");
        var tables = new RowTables(context.Model).All;
        Scalar(connection, $"GRANT UPDATE ON log_tile, turn_lock, {Names(tables.Where(table => table.Sample is { IsInsertOnly: false }))} TO {role}");
        Scalar(connection, $"GRANT DELETE ON turn, {Names(tables.Where(table => table.Sample is { IsDeletable: true }))} TO {role}");
        Scalar(connection, $"GRANT UPDATE (fingerprint) ON request TO {role}");
        Scalar(connection, $"REVOKE INSERT ON \"__EFMigrationsHistory\" FROM {role}");
        beside(connection, role);
        transaction.Commit();
        return pending;
    }

    private static string Names(IEnumerable<RowTable> tables) => string.Join(", ", tables.Select(table => table.Name));

    private static object? Scalar(NpgsqlConnection connection, string sql, params object[] values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command.ExecuteScalar();
    }
}
