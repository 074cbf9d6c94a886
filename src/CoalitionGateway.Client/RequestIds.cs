using System.Security.Cryptography;
using System.Text;

namespace CoalitionGateway.Client;

/// <summary>
/// Request ids. Make one for each thing that shall happen, keep it with it, and send it with every retry: then it
/// happens once.
/// </summary>
public static class RequestIds
{
    /// <summary>A new random id.</summary>
    public static string New() => Guid.CreateVersion7().ToString();

    /// <summary>
    /// The id that a name has in a namespace: UUIDv5 (RFC 9562, section 5.5), the same wherever it is made. For
    /// what has a name of its own, such as a row of a file.
    /// </summary>
    public static Guid FromName(Guid space, string name)
    {
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // UUIDv5 is defined with SHA-1; it names, it protects nothing.
        SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
