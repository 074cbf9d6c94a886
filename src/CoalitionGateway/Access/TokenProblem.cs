using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Access;

/// <summary>What is wrong with an access token: the words that TOKEN_INVALID has for it in the contract.</summary>
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

    public const string Revoked = "revoked";

    /// <summary>The word for what a token failed with; derived exceptions come before their bases.</summary>
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

/// <summary>A token of the authority that does not say who calls.</summary>
internal sealed class UnusableCallerException(string problem) : Exception(problem)
{
    /// <summary>One of the words of <see cref="TokenProblem"/>.</summary>
    public string Problem { get; } = problem;
}
