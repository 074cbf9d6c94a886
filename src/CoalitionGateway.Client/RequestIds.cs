using System.Security.Cryptography;
using System.Text;

namespace CoalitionGateway.Client;

/// <summary>
/// Makes request ids. Make one id for each intended change, store the id with the change, and send the same id with
/// every retry: the change then happens once.
/// </summary>
public static class RequestIds
{
    /// <summary>A new random id.</summary>
    public static string New() => Guid.CreateVersion7().ToString();

    /// <summary>
    /// The id of a name in a namespace: UUIDv5 (RFC 9562, section 5.5). Every machine derives the same id. Use it for
    /// things that have their own name, such as a row of a file.
    /// </summary>
    public static Guid FromName(Guid space, string name)
    {
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // UUIDv5 requires SHA-1. The hash only names; it protects nothing.
        SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
