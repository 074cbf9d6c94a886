using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace CoalitionGateway.Testing;

/// <summary>Direct access to the authority's tables, with all rights.</summary>
internal static class AuthorityDatabase
{
    public static string Schema => TestDatabase.IsPostgres ? "authority." : "";

    public static DbConnection Open(GatewayOptions options)
    {
        if (TestDatabase.IsPostgres)
        {
            return TestDatabase.Open(options);
        }

        var connection = new SqliteConnection($"Data Source={Path.Combine(options.DataDirectory, "authority.db")}");
        connection.Open();
        return connection;
    }
}
