using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// A member's key, in memory only while it is used. A sealed text is "sealed.", the id of the member whose key opens the
/// text, ".", and the encrypted bytes in base64url. The id stays in the text when a profile follows a membership to another
/// member.
/// </summary>
internal sealed class MemberKey(MemberId member, byte[] key) : IDisposable
{
    public const int Length = 32;
    public const string Prefix = "sealed.";

    /// <summary>The prefix of every text that a member's key sealed.</summary>
    public static string PrefixOf(MemberId member) => $"{Prefix}{member}.";

    /// <param name="field">The field's name. The text opens only under the same name.</param>
    /// <param name="text">The text to seal.</param>
    public string Seal(string field, string text) =>
        $"{PrefixOf(member)}{Base64Url.EncodeToString(SealedBytes.Seal(key, Encoding.UTF8.GetBytes(text), Bound(field)))}";

    /// <exception cref="CryptographicException">The text was sealed by another key or as another field, or was
    /// changed.</exception>
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
