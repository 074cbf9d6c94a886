using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// A DPoP proof (RFC 9449, section 4.2): a JWT that names one request and is signed by the sender's key. Reading checks the form.
/// The other checks are in <see cref="DpopProofs"/>.
/// </summary>
internal sealed class DpopProof
{
    /// <summary>The algorithms of proofs, as metadata and challenges list them.</summary>
    public static readonly string[] Algorithms = [ProofKey.Ec, ProofKey.Rsa];

    private const string _type = "dpop+jwt";
    private const int _longest = 8192;
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private byte[] _signed = [];
    private byte[] _signature = [];

    /// <summary>The key in the proof's header. Anybody may have written it there before <see cref="IsSigned"/> says otherwise.</summary>
    public required ProofKey Key { get; init; }

    /// <summary>htm: the method of the HTTP request.</summary>
    public required string Method { get; init; }

    /// <summary>htu: the address of the request.</summary>
    public required string Url { get; init; }

    /// <summary>iat: when the sender made the proof, in seconds since 1970.</summary>
    public required double IssueSeconds { get; init; }

    /// <summary>jti: one proof has this id.</summary>
    public required string Id { get; init; }

    /// <summary>ath: the hash of the access token that goes with the proof; null if there is none.</summary>
    public string? TokenHash { get; init; }

    /// <summary>The server's nonce; null if there is none.</summary>
    public string? Nonce { get; init; }

    /// <summary>Whether the key in the header signed the proof.</summary>
    public bool IsSigned => Key.Verifies(_signed, _signature);

    /// <summary>Reads a proof.</summary>
    /// <param name="text">The proof as it was sent.</param>
    /// <param name="fault">The part of the proof that is at fault: a name of <see cref="ProofFault"/>.</param>
    /// <returns>The proof; null if it has a fault.</returns>
    public static DpopProof? Read(string text, out string fault)
    {
        fault = ProofFault.Form;
        var parts = text.Length <= _longest ? text.Split('.') : [];
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)))
        {
            return null;
        }

        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]), _strict);
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]), _strict);
            if (header.RootElement.ValueKind != JsonValueKind.Object || claims.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var key = ReadKey(header.RootElement, out fault);
            var proof = key is null ? null : ReadClaims(claims.RootElement, key, out fault);
            if (proof is not null)
            {
                (proof._signed, proof._signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
            }

            return proof;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: a text in the JSON is no valid Unicode.
            return null;
        }
    }

    private static ProofKey? ReadKey(JsonElement header, out string fault)
    {
        fault = !header.TryGetProperty("typ", out var type) || !type.ValueEqualsText(_type) ? ProofFault.Type
            : !header.TryGetProperty("alg", out var algorithm) || !Algorithms.Any(known => algorithm.ValueEqualsText(known)) ? ProofFault.Algorithm
            : header.TryGetProperty("crit", out _) ? ProofFault.Form
            : "";
        if (fault.Length > 0)
        {
            return null;
        }

        fault = ProofFault.Key;
        return header.TryGetProperty("jwk", out var jwk) ? ProofKey.Read(jwk, header.GetProperty("alg").GetString()!) : null;
    }

    private static DpopProof? ReadClaims(JsonElement claims, ProofKey key, out string fault)
    {
        fault = "";
        string? Text(string name) => claims.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        bool IsNoText(string name) => claims.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.String;
        var seconds = 0.0;
        fault = Text("htm") is null ? ProofFault.Method
            : Text("htu") is null ? ProofFault.Url
            : !claims.TryGetProperty("iat", out var time) || time.ValueKind != JsonValueKind.Number || !time.TryGetDouble(out seconds) ? ProofFault.Time
            : Text("jti") is not { Length: > 0 and <= Callers.LongestId } ? ProofFault.Id
            : IsNoText("ath") ? ProofFault.TokenHash
            : IsNoText("nonce") ? ProofFault.Form
            : "";
        return fault.Length > 0 ? null : new DpopProof
        {
            Key = key, Method = Text("htm")!, Url = Text("htu")!, IssueSeconds = seconds, Id = Text("jti")!, TokenHash = Text("ath"), Nonce = Text("nonce"),
        };
    }
}

/// <summary>The parts of a proof that can be at fault, in the words that TOKEN_INVALID gives for proof_invalid.</summary>
internal static class ProofFault
{
    public const string Form = "form";
    public const string Type = "typ";
    public const string Algorithm = "alg";
    public const string Key = "jwk";
    public const string Signature = "signature";
    public const string Method = "htm";
    public const string Url = "htu";
    public const string Time = "iat";
    public const string Id = "jti";
    public const string TokenHash = "ath";
}
