using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.Platform.Access;

/// <summary>The sender of a call did not prove the keys to which the call's token is bound.</summary>
/// <param name="problem">A word of <see cref="TokenProblem"/>.</param>
/// <param name="proofFault">For proof_invalid: the part of the proof at fault.</param>
internal sealed class UnprovedSenderException(string problem, string? proofFault = null) : UnusableCallerException(problem)
{
    public string? ProofFault { get; } = proofFault;
}

/// <summary>
/// Holds bound tokens to their word, whichever authority issued them: a token with jkt needs a DPoP proof of that key with each
/// call (RFC 9449, section 7), a token with x5t#S256 a connection with that client certificate (RFC 8705, section 3). A token with
/// both needs both.
/// </summary>
internal sealed class SenderProofs(GatewayOptions options, TimeProvider clock)
{
    private readonly DpopNonces _nonces = new(clock);

    /// <summary>The result of a call whose token is valid. Call this only if the token is bound, or was sent as a DPoP token.</summary>
    public Task<AuthenticateResult> Authenticate(HttpContext http, KnownCaller caller)
    {
        var (problem, fault) = Check(http, caller.Binding);
        return problem is null ? caller.Answer : Task.FromResult(AuthenticateResult.Fail(new UnprovedSenderException(problem, fault)));
    }

    /// <summary>Tells the sender in HTTP's own words what is missing (RFC 9449, section 7.1).</summary>
    public static void Challenge(HttpContext http, string problem)
    {
        var error = problem switch
        {
            TokenProblem.NonceNeeded => "use_dpop_nonce",
            TokenProblem.ProofMissing or TokenProblem.ProofInvalid or TokenProblem.ProofReplayed => "invalid_dpop_proof",
            TokenProblem.WrongScheme or TokenProblem.WrongKey or TokenProblem.NotBound or TokenProblem.UnknownBinding => "invalid_token",
            _ => null,
        };
        if (error is not null)
        {
            http.Response.Headers[HeaderNames.WWWAuthenticate] = $"DPoP error=\"{error}\", algs=\"{string.Join(' ', DpopProof.Algorithms)}\"";
        }
    }

    /// <summary>The thumbprint x5t#S256 of a certificate (RFC 8705, section 3.1).</summary>
    public static string ThumbprintOf(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));

    private (string? Problem, string? Fault) Check(HttpContext http, TokenBinding? binding)
    {
        AccessTokenHeader.TryRead(http.Request.Headers.Authorization.ToString(), out var isDpop, out var token);
        if (isDpop != (binding?.KeyThumbprint is not null))
        {
            return (TokenProblem.WrongScheme, null);
        }

        // No chain is checked: the certificate's owner is known by the thumbprint in the token alone.
        if (binding?.CertificateThumbprint is { } thumbprint
            && (http.Connection.ClientCertificate is { } certificate ? ThumbprintOf(certificate) == thumbprint ? null : TokenProblem.WrongCertificate : TokenProblem.CertificateMissing) is { } wrong)
        {
            return (wrong, null);
        }

        return binding?.KeyThumbprint is { } key ? CheckProof(http, new ProvenRequest(UrlOf(http), token.ToString(), key)) : default;
    }

    private (string? Problem, string? Fault) CheckProof(HttpContext http, ProvenRequest request)
    {
        var outcome = new DpopProofs(clock, _nonces).Check(http.Request.Headers[DpopProofs.Header], request);
        if (outcome.NextNonce is { } nonce)
        {
            http.Response.Headers[DpopProofs.NonceHeader] = nonce;
        }

        return (outcome.Problem, outcome.Fault);
    }

    private string UrlOf(HttpContext http) => $"{options.GrpcAddress}{http.Request.Path.Value}";
}
