using System.Security.Cryptography;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce, tag and ciphertext, one after the other.</summary>
internal static class SealedBytes
{
    private const int _nonceLength = 12;
    private const int _tagLength = 16;
    private const int _overhead = _nonceLength + _tagLength;

    /// <param name="key">32 bytes.</param>
    /// <param name="plain">The bytes to encrypt.</param>
    /// <param name="bound">Associated data: authenticated with the bytes, but not part of the result.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var whole = new byte[_overhead + plain.Length];
        var nonce = whole.AsSpan(0, _nonceLength);
        var (tag, cipher) = (_nonceLength.._overhead, _overhead..);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, _tagLength);
        aes.Encrypt(nonce, plain, whole.AsSpan(cipher), whole.AsSpan(tag), bound);
        return whole;
    }

    /// <exception cref="CryptographicException">The bytes were not sealed here or were changed, or the key or the associated
    /// data is the wrong one.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> bound)
    {
        if (whole.Length < _overhead)
        {
            throw new CryptographicException("What is sealed is damaged: it is too short.");
        }

        var plain = new byte[whole.Length - _overhead];
        using var aes = new AesGcm(key, _tagLength);
        aes.Decrypt(whole[.._nonceLength], whole[_overhead..], whole[_nonceLength.._overhead], plain, bound);
        return plain;
    }
}
