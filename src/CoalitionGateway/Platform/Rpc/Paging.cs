using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Pages of lists. A page token is the key of the last row after a MAC, which binds the key to the method, its filters
/// and the caller. An altered token, or a token of another list, is refused.
/// </summary>
internal sealed class Paging(GatewayKeys keys)
{
    public const int DefaultSize = 50;
    public const int MaxSize = 200;
    private const int _macLength = 16;

    /// <summary>Reads page_size and page_token.</summary>
    /// <param name="list">The identity of the list: the method, its filters, the caller.</param>
    public Page Read(int size, string token, string list)
    {
        var after = token.Length == 0 ? null : Open(token, list);
        InvalidFieldsException.Unless((token.Length == 0 || after is not null, "page_token", "is not one that this list gave; begin again without it."));
        return new Page(size == 0 ? DefaultSize : Math.Min(size, MaxSize), after, list);
    }

    /// <summary>The rows of the page, and the token of the next page. Readers fetch one row more than the page has.</summary>
    public (IReadOnlyList<T> Rows, string NextPageToken) Cut<T>(Page page, IReadOnlyList<T> rows, Func<T, string> key) => rows.Count > page.Size
        ? ([.. rows.Take(page.Size)], Seal(key(rows[page.Size - 1]), page.List))
        : (rows, "");

    /// <summary>The token of the page after a key, for lists that know themselves whether there is a next page.</summary>
    public string After(Page page, string key) => Seal(key, page.List);

    private string Seal(string key, string list)
    {
        var text = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Mac(text, list), .. text]);
    }

    private string? Open(string token, string list)
    {
        if (!Base64Url.IsValid(token, out var length) || length <= _macLength)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(token);
        var text = bytes.AsSpan(_macLength);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, _macLength), Mac(text, list)) ? Encoding.UTF8.GetString(text) : null;
    }

    private ReadOnlySpan<byte> Mac(ReadOnlySpan<byte> key, string list) =>
        HMACSHA256.HashData(keys.PageToken, (byte[])[.. Encoding.UTF8.GetBytes(list), 0, .. key]).AsSpan(0, _macLength);
}

/// <param name="Size">The largest number of rows.</param>
/// <param name="After">The key of the last row before the page; null: from the start.</param>
/// <param name="List">The identity of the list.</param>
internal sealed record Page(int Size, string? After, string List);
