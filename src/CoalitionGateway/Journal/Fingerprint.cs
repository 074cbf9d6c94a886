using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Journal;

/// <summary>
/// What tells a retry from another request under the same id: HMAC-SHA256 over the method and the command's own
/// encoding, so that unary calls and streams agree, and so that the stored value tells nothing about the body.
/// </summary>
internal sealed class Fingerprint(GatewayKeys keys)
{
    public byte[] Of(Command command)
    {
        var writer = new CanonicalWriter().Text(command.Method);
        command.Encode(writer);
        return HMACSHA256.HashData(keys.Fingerprint, writer.ToArray());
    }
}
