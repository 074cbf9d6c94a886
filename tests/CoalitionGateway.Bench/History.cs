using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>Writes a history of millions of entries straight into the database, dated in earlier months.</summary>
internal static class History
{
    /// <summary>Copies the existing transfers under new ids, until the database has this many entries.</summary>
    public static void Grow(string postgres, long entries)
    {
        // The ids lie in this month, before now. So the partition and the indexes that the benchmark writes to have grown.
        var owner = new NpgsqlConnectionStringBuilder(postgres) { Username = "postgres", CommandTimeout = 0 }.ConnectionString;
        using var connection = new NpgsqlConnection(owner);
        connection.Open();
        Run(connection, $"""
            SET session_replication_role = replica;
            CREATE TEMP TABLE past AS SELECT row_number() OVER () AS n,
                (lpad(to_hex((extract(epoch FROM date_trunc('month', now())) * 1000)::bigint + g / 4), 12, '0') || '7' || lpad(to_hex(g % 4096), 3, '0') || '8' || substr(md5(g::text), 1, 15))::uuid AS id
                FROM generate_series(1, {entries / 4}) g;
            INSERT INTO event (id, log_index, kind, time, body, mac, mac_key_id) SELECT id, -n, 60, 0, decode(repeat('00', 400), 'hex'), '', 0 FROM past;
            INSERT INTO entry (event_id, line, account_id, amount_points, account_version, balance_before, balance_after)
                SELECT id, l, md5(n::text || l)::uuid, 1, 1, 0, 1 FROM past, generate_series(0, 3) l;
            INSERT INTO request (caller, request_id, method, fingerprint, event_id, time)
                SELECT 'member:' || md5((n % 10000)::text)::uuid, md5('r' || n)::uuid, 'CreateTransfer', decode(repeat('00', 32), 'hex'), id, 0 FROM past;
            INSERT INTO transfer (id, source_membership_id, source_id, destination_id, amount_points, arrived_points, settled_points, route_version, create_time)
                SELECT id, md5((n % 10000)::text)::uuid, 'alpha-points', 'beta-points', 1000, 1000, 0, 1, 0 FROM past;
            """);
        Run(connection, "VACUUM ANALYZE");
        Run(connection, "CHECKPOINT");
    }

    /// <summary>Updates the planner's statistics after the bulk write. A database in use has current statistics.</summary>
    public static void Analyze(string postgres)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Username = "postgres", CommandTimeout = 0 }.ConnectionString);
        connection.Open();
        Run(connection, "VACUUM ANALYZE");
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}

/// <summary>Checks the server's durability settings.</summary>
internal static class Durability
{
    /// <exception cref="InvalidOperationException">The server may lose what it committed.</exception>
    public static string Assert(string server)
    {
        using var connection = new NpgsqlConnection(server);
        connection.Open();
        var settings = new[] { "fsync", "synchronous_commit", "full_page_writes" }.Select(name =>
        {
            using var command = new NpgsqlCommand($"SHOW {name}", connection);
            return (Name: name, Value: (string)command.ExecuteScalar()!);
        }).ToArray();
        return settings.All(setting => setting.Value == "on")
            ? $"PostgreSQL {connection.PostgreSqlVersion}: {string.Join(", ", settings.Select(setting => $"{setting.Name} {setting.Value}"))}"
            : throw new InvalidOperationException($"The server is not durable: {string.Join(", ", settings)}");
    }
}
