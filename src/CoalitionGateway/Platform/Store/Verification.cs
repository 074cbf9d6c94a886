using System.Data.Common;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Store.Rebuilding;
using CoalitionGateway.Platform.Store.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// The result of a verification. <paramref name="Problems"/> name the row, event or entry of the log that differs.
/// </summary>
/// <param name="Covered">Events that the log's latest checkpoint covers.</param>
/// <param name="Voided">Events that no gateway decided and that the owner declared void. These are no problems.</param>
public sealed record VerificationReport(
    long Events, long Entries, int Accounts, int Programmes, long Covered, int Checkpoints, IReadOnlyList<string> Problems,
    IReadOnlyList<string> Voided);

/// <summary>How the audit log is verified.</summary>
/// <param name="VerifierKey">The key that must have signed the checkpoints; null: signatures are not checked.</param>
/// <param name="Witnesses">Signed checkpoints that were kept elsewhere.</param>
public sealed record LogTrust(string? VerifierKey, IReadOnlyList<string> Witnesses)
{
    public static readonly LogTrust None = new(null, []);

    /// <summary>Whether MACs are checked, which needs the gateways' keys.</summary>
    public bool ChecksMacs => Macs is not null;

    internal MacKeys? Macs { get; init; }

    /// <summary>A copy with the gateways' keys from a directory, if it has any.</summary>
    public LogTrust WithKeysIn(string dataDirectory) => this with { Macs = GatewayKeys.ReadMacKeys(dataDirectory) };
}

/// <summary>
/// Replays all events of a database, in one snapshot and in the order of the log. Rebuilds every row that follows from the
/// events and compares it with the stored row: see <see cref="Coverage"/>. Also compares every programme's sum with zero,
/// and the audit log with the events: see <see cref="LogVerification"/>. Reads only; gateways may be running.
/// </summary>
public static class Verification
{
    /// <exception cref="FileNotFoundException">The directory has no database.</exception>
    public static VerificationReport Run(string dataDirectory, LogTrust? trust = null)
    {
        using var snapshot = Snapshot.OfSqlite(dataDirectory);
        using var model = new SqliteContext(new DbContextOptionsBuilder<SqliteContext>().UseSqlite("Data Source=:memory:").Options);
        return Run(snapshot.Transaction, new RowTables(model.Model), trust ?? LogTrust.None);
    }

    /// <param name="connectionString">Connection string of a role that may read.</param>
    /// <exception cref="DbException">The database does not answer, or holds no coalition.</exception>
    public static VerificationReport RunOnPostgres(string connectionString, LogTrust? trust = null)
    {
        using var snapshot = Snapshot.OfPostgres(connectionString);
        using var model = new PostgresContext(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql("Host=none").Options);
        return Run(snapshot.Transaction, new RowTables(model.Model, PostgresContext.CheckedInSets), trust ?? LogTrust.None);
    }

    /// <summary>Verifies the database as a transaction sees it.</summary>
    internal static VerificationReport Run(DbTransaction snapshot, RowTables tables, LogTrust trust)
    {
        return new Verifier(tables, trust, Each).Run();

        void Each(string sql, Action<DbDataReader> take)
        {
            using var command = snapshot.Connection!.CreateCommand();
            (command.CommandText, command.Transaction, command.CommandTimeout) = (sql, snapshot, 0);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                take(reader);
            }
        }
    }
}

/// <summary>
/// Reads values as a database holds them. A value of the wrong form is read as one that equals no value of an event.
/// </summary>
internal static class Stored
{
    public static Guid Uuid(DbDataReader row, int ordinal) => row.GetValue(ordinal) switch
    {
        Guid id => id,
        byte[] { Length: 16 } bytes => new Guid(bytes, bigEndian: true),
        _ => Guid.Empty,
    };

    public static Int128? Number(DbDataReader row, int ordinal) => row.GetValue(ordinal) switch
    {
        long number => number,
        int number => number,
        short number => number,
        _ => null,
    };
}
