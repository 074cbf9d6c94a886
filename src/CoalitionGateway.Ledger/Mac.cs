namespace CoalitionGateway.Ledger;

/// <summary>
/// Proves that a gateway decided some bytes at one place in the log. Only holders of the gateways' keys can check a
/// MAC, so it is not part of the log.
/// </summary>
/// <param name="KeyId">The key that made the MAC.</param>
/// <param name="Value">The first 16 bytes of an HMAC-SHA256; empty if nothing was sealed.</param>
public readonly record struct Mac(int KeyId, byte[] Value)
{
    public static readonly Mac None = new(0, []);
}
