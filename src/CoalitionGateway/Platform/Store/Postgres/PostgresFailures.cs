using System.Net.Sockets;
using Npgsql;

namespace CoalitionGateway.Platform.Store.Postgres;

/// <summary>What PostgreSQL's failures mean for the gateway.</summary>
internal static class PostgresFailures
{
    /// <summary>Raised by the database's function that takes a turn: another journal wrote since.</summary>
    public const string TurnMoved = "CG001";

    /// <summary>Whether the batch is to be decided again: somebody else wrote first, or two writes met.</summary>
    public static bool IsConflict(Exception failed) => failed is PostgresException
    {
        SqlState: TurnMoved or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>
    /// The failure as one of the store: the connection broke, the server is stopping, full or out of something. Null
    /// for a fault of what was sent: data, constraints, syntax, privileges.
    /// </summary>
    public static StoreUnavailableException? Unavailable(Exception failed) => failed switch
    {
        PostgresException { SqlState: [_, _, ..] state } when state[..2] is "22" or "23" or "42" or "0A" or "P0" or "CG" => null,
        // EF wraps what another try may mend.
        InvalidOperationException { InnerException: NpgsqlException transient } => Unavailable(transient),
        NpgsqlException or SocketException or IOException or TimeoutException => new StoreUnavailableException("The store did not answer.", failed),
        _ => null,
    };
}
