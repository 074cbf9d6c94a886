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

        var id = KeyId(spki);
        foreach (var line in lines[..^1])
        {
            // Signatures of others are for others to verify.
            if (line.StartsWith($"{_dash}{name} ", StringComparison.Ordinal) && ReadBase64(line[(_dash.Length + name.Length + 1)..]) is { } bytes
                && bytes.AsSpan().StartsWith(id))
            {
                return key.VerifyData(System.Text.Encoding.UTF8.GetBytes(text), bytes.AsSpan(_keyIdLength), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                    ? text
                    : null;
            }
        }

        return null;
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
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

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
