namespace CoalitionGateway.Members;

/// <summary>
/// One-time codes: 60 bits, so that ten minutes of guessing find nothing; letters and digits that are not mistaken
/// for each other. Made from the caller and the request id, so that a retry gets the same.
/// </summary>
internal static class LinkCodes
{
    public const int Length = 12;
    private const string _letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string _kind = "link-code";

    public static string Make(GatewayKeys keys, string caller, Guid requestId) =>
        string.Concat(keys.SecretFor(_kind, caller, requestId).Take(Length).Select(value => _letters[value % 32]));

    /// <summary>The hash that a code is stored and compared by. Typed in small letters it is the same code.</summary>
    public static byte[] Hash(GatewayKeys keys, string code) => keys.HashOf(_kind, code.ToUpperInvariant());
}
