using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Keys;

/// <summary>Secrets of OAuth clients: 256 random bits, derived from the request id, so that a retry shows the same secret.</summary>
internal static class ClientSecrets
{
    public static string Of(GatewayKeys keys, CommandContext context) =>
        Base64Url.EncodeToString(keys.SecretFor("client-secret", context.Caller.ToString(), context.RequestId));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
