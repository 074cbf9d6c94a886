using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// The right to connect to a database. PostgreSQL lets every role of the server connect to a new database, and every
/// connected role can take advisory locks and use up all connections. So only the owner's role and the application's role
/// keep the right.
/// </summary>
internal static class ConnectRight
{
    /// <summary>Takes the right from PUBLIC and gives it to the application's role.</summary>
    /// <param name="connection">An open connection of the role that owns the database.</param>
    /// <param name="applicationRole">The role that gateways connect as.</param>
    /// <exception cref="InvalidOperationException">The database belongs to another role, and only that role can change the
    /// right.</exception>
    public static void Restrict(NpgsqlConnection connection, string applicationRole)
    {
        var quote = new NpgsqlCommandBuilder();
        var (database, role) = (quote.QuoteIdentifier(connection.Database), quote.QuoteIdentifier(applicationRole));
        var wanted = $"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC; GRANT CONNECT ON DATABASE {database} TO {role}";
        if (Ask("SELECT has_database_privilege('public', current_database(), 'CONNECT') OR NOT has_database_privilege($1, current_database(), 'CONNECT')"))
        {
            if (!Ask("SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database() AND $1 <> ''"))
            {
                throw new InvalidOperationException($"Every role of the server may connect to the database {connection.Database}, or {applicationRole} may not, and it is not {connection.UserName}'s. As its owner: {wanted}");
            }

            using var command = new NpgsqlCommand(wanted, connection);
            command.ExecuteNonQuery();
        }

        bool Ask(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = applicationRole } } };
            return command.ExecuteScalar() is true;
        }
    }
}
