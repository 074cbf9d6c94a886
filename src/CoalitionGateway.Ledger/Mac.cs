namespace CoalitionGateway.Ledger;

/// <summary>
/// Proves to those who have the gateways' keys that a gateway decided what it is over, at that place in the log. Not a part
/// of the log: others cannot check it.
/// </summary>
/// <param name="KeyId">The key that made it.</param>
/// <param name="Value">The first 16 bytes of an HMAC-SHA256; none where nothing was sealed.</param>
public readonly record struct Mac(int KeyId, byte[] Value)
{
    public static readonly Mac None = new(0, []);
}
