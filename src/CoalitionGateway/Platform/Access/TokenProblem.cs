using CoalitionGateway.Platform.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.Access;

/// <summary>The problems of an access token, in the words of TOKEN_INVALID in the contract.</summary>
internal static class TokenProblem
{
    public const string Missing = "missing";
    public const string Malformed = "malformed";
    public const string Expired = "expired";
    public const string NotYetValid = "not_yet_valid";
    public const string NoExpiry = "no_expiry";
    public const string WrongAudience = "wrong_audience";
    public const string WrongIssuer = "wrong_issuer";
    public const string WrongType = "wrong_type";
    public const string WrongAlgorithm = "wrong_algorithm";
    public const string UnknownKey = "unknown_key";
    public const string WrongSignature = "wrong_signature";
    public const string NoSubject = "no_subject";
    public const string WrongSubject = "wrong_subject";
    public const string WrongCallerKind = "wrong_caller_kind";
    public const string NoId = "no_id";
    public const string CriticalHeader = "critical_header";
    public const string Revoked = "revoked";
    public const string Suspended = "suspended";

    /// <summary>The refusal of a call, and of a stream that was open when its token ended.</summary>
    public static Google.Rpc.Status Refusal(string problem) => RefusalStatus.Of(
        V1.ErrorReason.TokenInvalid,
        problem == Missing ? "The call has no access token; send it as metadata 'authorization: Bearer ...'." : "The call has no valid access token.",
        [("problem", problem)]);

    /// <summary>The word for a failed validation. Derived exceptions come before their bases.</summary>
    public static string Of(Exception? failure) => failure switch
    {
        null => Missing,
        UnusableCallerException caller => caller.Problem,
        SecurityTokenExpiredException => Expired,
        SecurityTokenNotYetValidException => NotYetValid,
        SecurityTokenNoExpirationException => NoExpiry,
        SecurityTokenInvalidAudienceException => WrongAudience,
        SecurityTokenInvalidIssuerException => WrongIssuer,
        SecurityTokenInvalidTypeException => WrongType,
        SecurityTokenInvalidAlgorithmException => WrongAlgorithm,
        SecurityTokenSignatureKeyNotFoundException => UnknownKey,
        SecurityTokenInvalidSignatureException => WrongSignature,
        _ => Malformed,
    };
}

/// <summary>A token of the authority that does not identify a caller.</summary>
internal sealed class UnusableCallerException(string problem) : Exception(problem)
{
    /// <summary>One of the words of <see cref="TokenProblem"/>.</summary>
    public string Problem { get; } = problem;
}
