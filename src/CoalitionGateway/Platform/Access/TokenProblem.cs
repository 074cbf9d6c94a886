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
    public const string NotBound = "not_bound";
    public const string UnknownBinding = "unknown_binding";
    public const string WrongScheme = "wrong_scheme";
    public const string ProofMissing = "proof_missing";
    public const string ProofInvalid = "proof_invalid";
    public const string NonceNeeded = "nonce_needed";
    public const string ProofReplayed = "proof_replayed";
    public const string WrongKey = "wrong_key";
    public const string CertificateMissing = "certificate_missing";
    public const string WrongCertificate = "wrong_certificate";

    /// <summary>The refusal of a call, and of a stream that was open when its token ended.</summary>
    /// <param name="problem">A word of this class.</param>
    /// <param name="proofFault">For proof_invalid: the part of the proof at fault.</param>
    public static Google.Rpc.Status Refusal(string problem, string? proofFault = null) => RefusalStatus.Of(
        V1.ErrorReason.TokenInvalid, Message(problem), proofFault is null ? [("problem", problem)] : [("problem", problem), ("proof", proofFault)]);

    private static string Message(string problem) => problem switch
    {
        Missing => "The call has no access token; send it as metadata 'authorization: Bearer ...', or 'authorization: DPoP ...' with a proof.",
        NotBound => "The operator demands tokens that are bound to a key of the client's; get one with a DPoP proof or a client certificate.",
        UnknownBinding => "The token is bound to a key in a way that the gateway cannot check; it checks jkt and x5t#S256.",
        WrongScheme => "A token with a key for DPoP goes with the scheme DPoP, every other token with the scheme Bearer.",
        ProofMissing => "The token is bound to a key; send one proof of that key as metadata 'dpop'.",
        ProofInvalid => "The DPoP proof is not valid for this call; the metadata's proof names the part at fault.",
        NonceNeeded => "The proof needs the gateway's nonce; make a new proof with the nonce in the trailer dpop-nonce, and call again.",
        ProofReplayed => "The proof was used before; make a new proof for each call.",
        WrongKey => "The proof is not made with the key to which the token is bound.",
        CertificateMissing => "The token is bound to a client certificate; connect by TLS with that certificate.",
        WrongCertificate => "The token is bound to another client certificate than the connection's.",
        _ => "The call has no valid access token.",
    };

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
internal class UnusableCallerException(string problem) : Exception(problem)
{
    /// <summary>One of the words of <see cref="TokenProblem"/>.</summary>
    public string Problem { get; } = problem;
}
