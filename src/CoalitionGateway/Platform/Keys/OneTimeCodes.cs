namespace CoalitionGateway.Platform.Keys;

/// <summary>
/// Codes that people read and type. A code has 60 bits, so that ten minutes of guessing find nothing, in letters and digits
/// that are not mistaken for each other. A code is derived from the caller and the request id, so that a retry gets the same
/// code.
/// </summary>
/// <param name="keys">The gateway's keys.</param>
/// <param name="kind">The purpose of the codes. A code of one kind is not valid as another kind.</param>
internal sealed class OneTimeCodes(GatewayKeys keys, string kind)
{
    public const int Length = 12;
    private const string _letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    /// <summary>The codes with which members make their first passkey.</summary>
    public static OneTimeCodes OfSignIns(GatewayKeys keys) => new(keys, "sign-in-code");

    /// <summary>Members' recovery codes.</summary>
    public static OneTimeCodes OfRecovery(GatewayKeys keys) => new(keys, "recovery-code");

    public string Make(string caller, Guid requestId) =>
        string.Concat(keys.SecretFor(kind, caller, requestId).Take(Length).Select(value => _letters[value % 32]));

    /// <summary>The hash that a code is stored and compared by. Small letters count as capital letters.</summary>
    public byte[] Hash(string code) => keys.HashOf(kind, code.ToUpperInvariant());

    /// <summary>The hash of a code as hexadecimal digits.</summary>
    public string HexHash(string code) => Convert.ToHexStringLower(Hash(code));

    /// <summary>The hash of a code as hexadecimal digits; null where none was sent.</summary>
    public string? HashOrNone(string code) => code.Length == 0 ? null : HexHash(code);
}
