using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace CoalitionGateway.Platform.Keys;

/// <summary>
/// Protects cookies by AES-GCM (NIST SP 800-38D) under keys that are derived from the gateways' root, so that every gateway with the
/// same root reads them, and nothing needs to be stored or rotated.
/// </summary>
internal sealed class RootProtection(GatewayKeys keys, string purposes = "") : IDataProtector
{
    private readonly byte[] _key = keys.HashOf("data-protection", purposes);

    public IDataProtector CreateProtector(string purpose) => new RootProtection(keys, $"{purposes}\n{purpose.Length} {purpose}");

    public byte[] Protect(byte[] plaintext)
    {
        var sealedBytes = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plaintext.Length];
        var (nonce, tag, cipher) = Parts(sealedBytes);
        RandomNumberGenerator.Fill(nonce.Span);
        using var gcm = new AesGcm(_key, tag.Length);
        gcm.Encrypt(nonce.Span, plaintext, cipher.Span, tag.Span);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">The bytes were not protected by this root for this purpose, or were changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize)
        {
            throw new CryptographicException("The bytes are too short to be protected ones.");
        }

        var (nonce, tag, cipher) = Parts(protectedData);
        var plaintext = new byte[cipher.Length];
        using var gcm = new AesGcm(_key, tag.Length);
        gcm.Decrypt(nonce.Span, cipher.Span, tag.Span, plaintext);
        return plaintext;
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(byte[] bytes)
    {
        var tagAt = AesGcm.NonceByteSizes.MaxSize;
        var cipherAt = tagAt + AesGcm.TagByteSizes.MaxSize;
        return (bytes.AsMemory(0, tagAt), bytes.AsMemory(tagAt, AesGcm.TagByteSizes.MaxSize), bytes.AsMemory(cipherAt));
    }
}
