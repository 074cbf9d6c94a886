using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>
/// Checks that the database has this gateway's schema, and that the gateways that use it have the same keys.
/// </summary>
internal static class PostgresSchema
{
    /// <exception cref="InvalidOperationException">The schema is older or newer.</exception>
    public static void Check(LedgerContext context)
    {
        OtherSchema.Refuse(context, "The database");
        if (context.Database.GetPendingMigrations().FirstOrDefault() is { } pending)
        {
            throw new InvalidOperationException($"The database lacks schema {pending}. Run: coalition migrate --postgres \"<connection of the owner>\"");
        }
    }

    /// <summary>Gateways over one database must share their keys: request fingerprints and secrets are made from them.</summary>
    /// <exception cref="InvalidOperationException">The database holds the mark of other keys.</exception>
    public static void CheckKeys(LedgerContext context, byte[] mark)
    {
        context.Database.ExecuteSql($"INSERT INTO gateway_keys (mark) VALUES ({mark}) ON CONFLICT DO NOTHING");
        var stored = context.Database.SqlQuery<byte[]>($"SELECT mark AS \"Value\" FROM gateway_keys").Single();
        if (!CryptographicOperations.FixedTimeEquals(stored, mark))
        {
            throw new InvalidOperationException("The database belongs to gateways with other keys: give this one a copy of their keys folder.");
        }
    }
}
