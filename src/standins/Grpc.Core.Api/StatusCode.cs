namespace Grpc.Core;

/// <summary>gRPC's canonical status codes.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, typically by its caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a better description, such as an unhandled exception of the server.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the system is.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; a change may have been made nonetheless.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>The caller is not known: no valid credentials.</summary>
    Unauthenticated = 16,

    /// <summary>A quota or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs; do not retry before it is.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by concurrency, such as a transaction's conflict; retry at a higher level.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, which the system's state decides.</summary>
    OutOfRange = 11,

    /// <summary>The method is not implemented here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken.</summary>
    Internal = 13,

    /// <summary>The service is unavailable just now; retry after a while.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or corrupted beyond recovery.</summary>
    DataLoss = 15,
}
