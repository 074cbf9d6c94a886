using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// Signs and verifies texts as notes (c2sp.org/signed-note), with ECDSA over P-256 and SHA-256: signature type 2, whose
/// key id is the beginning of the SHA-256 of the public key (SubjectPublicKeyInfo, DER).
/// </summary>
public static class SignedNote
{
    private const byte _ecdsa = 2;
    private const int _keyIdLength = 4;
    private const string _dash = "\u2014 ";
    private const string _p256 = "1.2.840.10045.3.1.7";

    // Far more than the witnesses of one log; bounds the work on a note from outside.
    private const int _maxSignatures = 64;

    /// <param name="text">Ends with a line feed.</param>
    /// <param name="name">The key's name: no spaces, no plus.</param>
    public static string Sign(string text, string name, ECDsa key)
    {
        var signature = key.SignData(System.Text.Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $"{text}\n{_dash}{name} {Convert.ToBase64String([.. KeyId(key.ExportSubjectPublicKeyInfo()), .. signature])}\n";
    }

    /// <summary>The public key as verifiers are given it: name+key id+key.</summary>
    public static string VerifierKey(string name, ECDsa key)
    {
        var spki = key.ExportSubjectPublicKeyInfo();
        return $"{name}+{Convert.ToHexStringLower(KeyId(spki))}+{Convert.ToBase64String([_ecdsa, .. spki])}";
    }

    /// <summary>The text of a note that this key signed; null where it did not, or where anything is not of its form.</summary>
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

        // Signatures of others are for others to verify; but a line that is none makes the whole no note.
        var signatures = lines[..^1].Select(ReadLine).ToArray();
        var id = KeyId(spki);
        return signatures.All(line => line is not null)
            && signatures.Where(line => line!.Value.Name == name && line.Value.Bytes.AsSpan().StartsWith(id)).ToArray() is [{ } own]
            && key.VerifyData(System.Text.Encoding.UTF8.GetBytes(text), own.Bytes.AsSpan(_keyIdLength), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? text
                : null;
    }

    /// <summary>The public key of a verifier key; null where it is not of its form.</summary>
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

            // No other curve, and none with parameters of somebody's own choice; and a key has one form.
            if (key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: _p256 } && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki))
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Not of its form.
        }

        key.Dispose();
        return null;
    }

    /// <summary>A line "— name base64" below the text; null where it is none.</summary>
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

    /// <summary>Base64 with no spare bits set (RFC 4648, section 3.5): a note has one form.</summary>
    private static byte[]? ReadBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) && Convert.ToBase64String(bytes.AsSpan(0, written)) == text ? bytes[..written] : null;
    }
}
