using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Journal;

/// <summary>
/// Makes fingerprints of requests: HMAC-SHA256 over the method and the command's own encoding. A fingerprint tells a retry
/// from a different request with the same id. Unary calls and streams get the same fingerprint, and the stored value reveals
/// nothing about the body.
/// </summary>
internal sealed class Fingerprint(GatewayKeys keys) : IDisposable
{
    // Reusing a keyed HMACSHA256 takes half the time of HMACSHA256.HashData, which creates one for each call.
    private readonly ThreadLocal<HMACSHA256> _hmac = new(() => new HMACSHA256(keys.Fingerprint));

    public byte[] Of(Command command)
    {
        var writer = new CanonicalWriter().Text(command.Method);
        command.Encode(writer);
        var fingerprint = new byte[HMACSHA256.HashSizeInBytes];
        return _hmac.Value!.TryComputeHash(writer.Written, fingerprint, out _) ? fingerprint : throw new InvalidOperationException("An HMAC has 32 bytes.");
    }

    public void Dispose() => _hmac.Dispose();
}
