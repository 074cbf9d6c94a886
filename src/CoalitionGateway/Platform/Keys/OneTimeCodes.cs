namespace CoalitionGateway.Platform.Keys;

/// <summary>
/// Codes that people read and type: 60 bits, so that ten minutes of guessing find nothing; letters and digits that are not
/// mistaken for each other. Made from the caller and the request id, so that a retry gets the same.
/// </summary>
/// <param name="keys">The gateway's.</param>
/// <param name="kind">What the codes are for: one of another kind is none of this.</param>
internal sealed class OneTimeCodes(GatewayKeys keys, string kind)
{
    public const int Length = 12;
    private const string _letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    public string Make(string caller, Guid requestId) =>
        string.Concat(keys.SecretFor(kind, caller, requestId).Take(Length).Select(value => _letters[value % 32]));

    /// <summary>The hash that a code is stored and compared by. Typed in small letters it is the same code.</summary>
    public byte[] Hash(string code) => keys.HashOf(kind, code.ToUpperInvariant());

    /// <summary>The hash of a code as hexadecimal digits; null where none was sent.</summary>
    public string? HashOrNone(string code) => code.Length == 0 ? null : Convert.ToHexStringLower(Hash(code));
}
