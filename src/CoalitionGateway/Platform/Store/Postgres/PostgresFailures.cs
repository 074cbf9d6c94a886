using System.Net.Sockets;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>Tells what a failure of PostgreSQL means for the gateway.</summary>
internal static class PostgresFailures
{
    /// <summary>The SQLSTATE of the database's function that takes a turn: another journal has written since.</summary>
    public const string TurnMoved = "CG001";

    /// <summary>Whether the batch must be decided again: another writer came first, or two writes conflicted.</summary>
    public static bool IsConflict(Exception failed) => failed is PostgresException
    {
        SqlState: TurnMoved or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>
    /// Converts a failure to a failure of the store: the connection broke, or the server is stopping, full or out of
    /// something. Null: the statement was at fault, by its data, constraints, syntax or privileges.
    /// </summary>
    public static StoreUnavailableException? Unavailable(Exception failed) => failed switch
    {
        PostgresException { SqlState: [_, _, ..] state } when state[..2] is "22" or "23" or "42" or "0A" or "P0" or "CG" => null,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown } => new StoreUnavailableException("The store ended the session.", failed) { WasSessionEnded = true },
        // EF wraps transient failures.
        InvalidOperationException { InnerException: NpgsqlException transient } => Unavailable(transient),
        NpgsqlException or SocketException or IOException or TimeoutException => new StoreUnavailableException("The store did not answer.", failed),
        _ => null,
    };
}
