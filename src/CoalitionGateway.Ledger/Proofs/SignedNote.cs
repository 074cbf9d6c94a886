using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// Signs and verifies texts as notes (c2sp.org/signed-note), with ECDSA over P-256 and SHA-256. The signature type is
/// 2. The key id is the beginning of the SHA-256 of the public key (SubjectPublicKeyInfo, DER).
/// </summary>
public static class SignedNote
{
    private const byte _ecdsa = 2;
    private const int _keyIdLength = 4;
    private const string _dash = "\u2014 ";
    private const string _p256 = "1.2.840.10045.3.1.7";

    // Far more signatures than one log has witnesses. The limit bounds the work on an untrusted note.
    private const int _maxSignatures = 64;

    /// <param name="text">Ends with a line feed.</param>
    /// <param name="name">The key's name: no spaces, no plus.</param>
    public static string Sign(string text, string name, ECDsa key)
    {
        var signature = key.SignData(System.Text.Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $"{text}\n{_dash}{name} {Convert.ToBase64String([.. KeyId(key.ExportSubjectPublicKeyInfo()), .. signature])}\n";
    }

    /// <summary>The public key in the form that verifiers get: name+key id+key.</summary>
    public static string VerifierKey(string name, ECDsa key)
    {
        var spki = key.ExportSubjectPublicKeyInfo();
        return $"{name}+{Convert.ToHexStringLower(KeyId(spki))}+{Convert.ToBase64String([_ecdsa, .. spki])}";
    }

    /// <summary>The text of a note that this key signed. Null if the key did not sign it, or if any part is malformed.</summary>
    public static string? Verify(string note, string verifierKey)
    {
        using var key = ReadKey(verifierKey);
        if (note.LastIndexOf("\n\n", StringComparison.Ordinal) is var end && end < 0 || key is null || Split(verifierKey) is not var (name, spki))
        {
            return null;
        }

        var (text, lines) = (note[..(end + 1)], note[(end + 2)..].Split('\n'));
        if (lines.Length is < 2 or > _maxSignatures || lines[^1].Length > 0)
        {
            return null;
        }

        // Signatures of other keys are not verified here, but one malformed signature line makes the whole note invalid.
        var signatures = lines[..^1].Select(ReadLine).ToArray();
        var id = KeyId(spki);
        return signatures.All(line => line is not null)
            && signatures.Where(line => line!.Value.Name == name && line.Value.Bytes.AsSpan().StartsWith(id)).ToArray() is [{ } own]
            && key.VerifyData(System.Text.Encoding.UTF8.GetBytes(text), own.Bytes.AsSpan(_keyIdLength), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? text
                : null;
    }

    /// <summary>The public key of a verifier key; null if the verifier key is malformed.</summary>
    public static ECDsa? ReadKey(string verifierKey)
    {
        if (Split(verifierKey) is not var (_, spki))
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);

            // Only the named curve P-256 is accepted, no explicit curve parameters. Each key has exactly one encoding.
            if (key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: _p256 } && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki))
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // The key is malformed.
        }

        key.Dispose();
        return null;
    }

    /// <summary>A line "— name base64" below the text; null if the line is malformed.</summary>
    private static (string Name, byte[] Bytes)? ReadLine(string line) =>
        line.StartsWith(_dash, StringComparison.Ordinal) && line[_dash.Length..].Split(' ') is [{ Length: > 0 } name, var signature]
        && !name.Contains('+', StringComparison.Ordinal) && ReadBase64(signature) is { Length: > _keyIdLength } bytes
            ? (name, bytes)
            : null;

    private static (string Name, byte[] Spki)? Split(string verifierKey) =>
        verifierKey.Split('+', 3) is [{ Length: > 0 } name, var id, var key]
        && ReadBase64(key) is [_ecdsa, .. var spki]
        && id == Convert.ToHexStringLower(KeyId(spki))
            ? (name, spki)
            : null;

    private static byte[] KeyId(byte[] spki) => SHA256.HashData(spki)[.._keyIdLength];

    /// <summary>Base64 with no spare bits set (RFC 4648, section 3.5), so that a note has only one form.</summary>
    private static byte[]? ReadBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) && Convert.ToBase64String(bytes.AsSpan(0, written)) == text ? bytes[..written] : null;
    }
}
