using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// A member's key, for as long as it is needed. A sealed text is "sealed.", the member whose key opens it, ".", and the
/// encrypted bytes in base64url: it goes along when a profile follows a membership to another member.
/// </summary>
internal sealed class MemberKey(MemberId member, byte[] key) : IDisposable
{
    public const int Length = 32;
    public const string Prefix = "sealed.";

    /// <summary>What a text begins with that a member's key sealed.</summary>
    public static string PrefixOf(MemberId member) => $"{Prefix}{member}.";

    /// <param name="field">The field's name: the text opens as this field alone.</param>
    /// <param name="text">What to seal.</param>
    public string Seal(string field, string text) =>
        $"{PrefixOf(member)}{Base64Url.EncodeToString(SealedBytes.Seal(key, Encoding.UTF8.GetBytes(text), Bound(field)))}";

    /// <exception cref="CryptographicException">The text was sealed by another key or as another field, or was changed.</exception>
    public string Open(string field, string sealedText) => Parse(sealedText) is var (of, bytes) && of == member
        ? Encoding.UTF8.GetString(SealedBytes.Open(key, bytes, Bound(field)))
        : throw new CryptographicException("The text was sealed by another member's key.");

    /// <summary>The member whose key opens a text; null where it is not sealed.</summary>
    public static MemberId? KeyOf(string text) => Parse(text)?.Member;

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private static (MemberId Member, byte[] Bytes)? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split('.') is [var id, var bytes]
        && Guid.TryParseExact(id, "D", out var member) && Base64Url.IsValid(bytes)
            ? (new MemberId(member), Base64Url.DecodeFromChars(bytes))
            : null;

    private byte[] Bound(string field) => Encoding.UTF8.GetBytes($"{member} {field}");
}
