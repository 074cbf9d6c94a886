using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace CoalitionGateway.Platform.Access;

/// <summary>The request that a proof must name.</summary>
/// <param name="Url">The public address of the request.</param>
/// <param name="AccessToken">The access token that is sent with the proof; null at an endpoint that gives tokens.</param>
/// <param name="KeyThumbprint">The only key that may sign the proof; null: any.</param>
internal sealed record ProvenRequest(string Url, string? AccessToken = null, string? KeyThumbprint = null);

/// <summary>The result of checking a proof.</summary>
/// <param name="Problem">Why the proof is not accepted: a word of <see cref="TokenProblem"/>; null if it is accepted.</param>
/// <param name="Fault">For proof_invalid: the part of the proof at fault, a name of <see cref="ProofFault"/>.</param>
/// <param name="KeyThumbprint">The key of an accepted proof.</param>
/// <param name="NextNonce">The nonce for the sender's next proof; null if the nonce of this one will do.</param>
internal readonly record struct ProofOutcome(string? Problem, string? Fault = null, string? KeyThumbprint = null, string? NextNonce = null);

/// <summary>
/// Checks DPoP proofs by the list of RFC 9449, section 4.3. What costs little is checked first, the signature near the end.
/// Only a proof with a valid signature is noted as used.
/// </summary>
internal sealed class DpopProofs(TimeProvider clock, DpopNonces nonces)
{
    /// <summary>The header with the proof.</summary>
    public const string Header = "DPoP";

    /// <summary>The header with the nonce for the next proof.</summary>
    public const string NonceHeader = "dpop-nonce";

    /// <summary>How far the sender's clock may differ. The nonce, not the clock, tells how old a proof is.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string _method = "POST";

    /// <param name="headers">All headers of the name DPoP.</param>
    /// <param name="request">The request that the proof must name.</param>
    public ProofOutcome Check(StringValues headers, ProvenRequest request)
    {
        if (headers.Count == 0)
        {
            return new ProofOutcome(TokenProblem.ProofMissing, NextNonce: nonces.Latest());
        }

        // Some senders join repeated headers with a comma. A proof has none, so it is malformed then.
        var form = ProofFault.Form;
        var proof = headers.Count == 1 ? DpopProof.Read(headers[0] ?? "", out form) : null;
        if (proof is null)
        {
            return Invalid(form);
        }

        if (Fault(proof, request) is { } fault)
        {
            return Invalid(fault);
        }

        if (request.KeyThumbprint is { } key && proof.Key.Thumbprint != key)
        {
            return new ProofOutcome(TokenProblem.WrongKey);
        }

        if (!nonces.Accepts(proof.Nonce))
        {
            return new ProofOutcome(TokenProblem.NonceNeeded, NextNonce: nonces.Latest());
        }

        if (!proof.IsSigned)
        {
            return Invalid(ProofFault.Signature);
        }

        var latest = nonces.Latest();
        return nonces.TryUse(proof.Nonce!, proof.Key.Thumbprint, proof.Id)
            ? new ProofOutcome(null, null, proof.Key.Thumbprint, latest == proof.Nonce ? null : latest)
            : new ProofOutcome(nonces.Accepts(proof.Nonce) ? TokenProblem.ProofReplayed : TokenProblem.NonceNeeded, NextNonce: nonces.Latest());
    }

    /// <summary>Whether two addresses name the same resource: query and fragment do not count, nor the spelling of the host.</summary>
    public static bool IsSame(string sent, string own) => Normal(sent) is { } url && url == Normal(own);

    /// <summary>The claim ath: the hash of an access token.</summary>
    public static string HashOf(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)));

    private static ProofOutcome Invalid(string fault) => new(TokenProblem.ProofInvalid, fault);

    private string? Fault(DpopProof proof, ProvenRequest request) =>
        proof.Method != _method ? ProofFault.Method
        : !IsSame(proof.Url, request.Url) ? ProofFault.Url
        : Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - proof.IssueSeconds) > ClockSkew.TotalSeconds ? ProofFault.Time
        : request.AccessToken is { } token && proof.TokenHash != HashOf(token) ? ProofFault.TokenHash
        : null;

    private static string? Normal(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var read) && (read.Scheme == Uri.UriSchemeHttps || read.Scheme == Uri.UriSchemeHttp) && read.UserInfo.Length == 0
            ? read.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort | UriComponents.Path, UriFormat.UriEscaped)
            : null;
}
