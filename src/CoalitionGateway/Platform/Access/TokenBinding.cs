using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using CoalitionGateway.Ledger.Clients;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.Access;

/// <summary>The keys to which an access token is bound: its claim cnf (RFC 7800). The sender must prove each of them.</summary>
/// <param name="KeyThumbprint">jkt (RFC 9449, section 6.1): the key that signs DPoP proofs; null if there is none.</param>
/// <param name="CertificateThumbprint">x5t#S256 (RFC 8705, section 3.1): the client's certificate; null if there is none.</param>
internal sealed record TokenBinding(string? KeyThumbprint, string? CertificateThumbprint)
{
    public const string Claim = "cnf";
    public const string KeyMember = "jkt";
    public const string CertificateMember = "x5t#S256";

    /// <summary>The claim, as tokens and introspection carry it.</summary>
    public Dictionary<string, object> ToClaim()
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        if (KeyThumbprint is { } key)
        {
            members[KeyMember] = key;
        }

        if (CertificateThumbprint is { } certificate)
        {
            members[CertificateMember] = certificate;
        }

        return members;
    }

    /// <summary>Whether the binding is of a kind that the operator demands of a client.</summary>
    public static bool Meets(TokenBinding? binding, SenderConstraint demanded) => demanded switch
    {
        SenderConstraint.None => true,
        SenderConstraint.Dpop => binding?.KeyThumbprint is not null,
        SenderConstraint.Mtls => binding?.CertificateThumbprint is not null,
        _ => binding is not null,
    };

    /// <summary>The form of both thumbprints: a SHA-256 in base64url.</summary>
    public static bool IsThumbprint(string? text) =>
        text is { Length: 43 } && Base64Url.IsValid(text, out var length) && length == SHA256.HashSizeInBytes;

    /// <summary>
    /// Reads the claim from a token's own bytes. So an empty, repeated or malformed claim cannot be taken for no claim.
    /// </summary>
    /// <returns>False if the claim does not have the form above, or names a member that the gateway cannot check.</returns>
    public static bool TryRead(JsonWebToken token, out TokenBinding? binding)
    {
        binding = null;
        var reader = new Utf8JsonReader(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("cnf"u8))
            {
                continue;
            }

            reader.Read();
            using var value = JsonDocument.ParseValue(ref reader);
            if (binding is not null || Of(value.RootElement) is not { } found)
            {
                return false;
            }

            binding = found;
        }

        return true;
    }

    /// <summary>Reads the claim of a token that this authority made.</summary>
    public static TokenBinding? Of(string? claim)
    {
        if (claim is null)
        {
            return null;
        }

        using var value = JsonDocument.Parse(claim);
        return Of(value.RootElement);
    }

    private static TokenBinding? Of(JsonElement claim)
    {
        if (claim.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var (key, certificate) = ((string?)null, (string?)null);
        foreach (var member in claim.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || !IsThumbprint(member.Value.GetString()))
            {
                return null;
            }

            if (member.NameEquals(KeyMember) && key is null)
            {
                key = member.Value.GetString();
            }
            else if (member.NameEquals(CertificateMember) && certificate is null)
            {
                certificate = member.Value.GetString();
            }
            else
            {
                return null;
            }
        }

        return key is null && certificate is null ? null : new TokenBinding(key, certificate);
    }
}
