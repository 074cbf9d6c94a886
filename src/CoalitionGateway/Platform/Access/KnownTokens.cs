using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// A cache of validated access tokens, so that a signature is checked once a token and not once a call. A token is kept
/// until it expires, or until <paramref name="capacity"/> newer tokens came in while it was not used.
/// </summary>
/// <param name="clock">The clock for the tokens' expiry.</param>
/// <param name="capacity">The cache keeps at least this many tokens, some 500 bytes each, and at most twice as many.</param>
internal sealed class KnownTokens(TimeProvider clock, int capacity = 25_000)
{
    private readonly Lock _turn = new();
    private volatile Generations _generations = new([], []);

    public int Count => _generations.Young.Count + _generations.Old.Count;

    /// <summary>The caller of a token; null if the token must be validated.</summary>
    public KnownCaller? Find(TokenHash token)
    {
        var (young, old) = _generations;
        if (!young.TryGetValue(token, out var known))
        {
            if (!old.TryGetValue(token, out known))
            {
                return null;
            }

            Put(token, known);
        }

        return clock.GetUtcNow() < known.ExpireTime ? known : null;
    }

    public void Put(TokenHash token, KnownCaller known)
    {
        lock (_turn)
        {
            var young = _generations.Young;
            young[token] = known;
            if (young.Count >= capacity)
            {
                _generations = new Generations([], young);
            }
        }
    }

    private sealed record Generations(ConcurrentDictionary<TokenHash, KnownCaller> Young, ConcurrentDictionary<TokenHash, KnownCaller> Old);
}

/// <summary>SHA-256 of a compact token. Somebody who reads the cache gets no usable token.</summary>
internal readonly record struct TokenHash(UInt128 High, UInt128 Low)
{
    private const int _longest = 4096;

    /// <summary>The hash of the token in an authorization header; false if there is none, or one of more than 4 KiB.</summary>
    public static bool TryOf(string authorization, out TokenHash hash, out bool isDpop)
    {
        hash = default;
        if (!AccessTokenHeader.TryRead(authorization, out isDpop, out var token) || token.Length is 0 or > _longest)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, bytes, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        hash = new TokenHash(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
        return true;
    }
}
