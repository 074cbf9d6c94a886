using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// The nonces of one gateway for DPoP proofs (RFC 9449, section 8), and the proofs that were used with them. A nonce is an HMAC
/// of its number under a key that only this process knows. So no other gateway accepts it, and no store needs to be shared to
/// know that a proof was used. A new nonce begins every minute. The one before it is accepted too, so that calls under way pass.
/// </summary>
/// <param name="clock">The clock for the nonces' ages.</param>
/// <param name="capacity">
/// How many proofs one nonce serves, some 40 bytes each. After that the next nonce begins early, so the memory is bounded.
/// </param>
internal sealed class DpopNonces(TimeProvider clock, int capacity = 250_000)
{
    /// <summary>After how long the next nonce begins. A nonce is accepted for twice as long.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(60);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _turn = new();
    private volatile Slot? _latest;

    /// <summary>The nonce that a new proof should have.</summary>
    public string Latest() => Current().Nonce;

    /// <summary>Whether proofs with this nonce are accepted.</summary>
    public bool Accepts(string? nonce) => nonce is not null && Find(nonce) is not null;

    /// <summary>Uses up a proof: true the first time; false if it was used, or if its nonce has ended meanwhile.</summary>
    public bool TryUse(string nonce, string keyThumbprint, string proofId)
    {
        if (Find(nonce) is not { } slot)
        {
            return false;
        }

        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{keyThumbprint} {proofId}"));
        return slot.TryUse(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    private Slot? Find(string nonce)
    {
        var current = Current();
        return current.Nonce == nonce ? current
            : current.Before is { } before && before.Nonce == nonce && before.Count < 2 * capacity ? before
            : null;
    }

    private Slot Current()
    {
        var (latest, now) = (_latest, clock.GetUtcNow());
        if (latest is not null && !IsOver(latest, now))
        {
            return latest;
        }

        lock (_turn)
        {
            latest = _latest;
            if (latest is null || IsOver(latest, now))
            {
                // The slot before the last one is let go. A slot that ended long ago is no longer accepted.
                var before = latest is null || now >= latest.BeginTime + (2 * Pace) || now < latest.BeginTime ? null : latest.WithoutBefore();
                var number = (latest?.Number ?? 0) + 1;
                _latest = latest = new Slot(number, now, NonceOf(number), before);
            }

            return latest;
        }
    }

    /// <summary>A clock that was set back ends a slot too: it would last too long.</summary>
    private bool IsOver(Slot slot, DateTimeOffset now) => now >= slot.BeginTime + Pace || now < slot.BeginTime || slot.Count >= capacity;

    private string NonceOf(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return Base64Url.EncodeToString(HMACSHA256.HashData(_key, bytes).AsSpan(0, 18));
    }

    /// <summary>A nonce, and the proofs that were used with it.</summary>
    private sealed class Slot(long number, DateTimeOffset beginTime, string nonce, Slot? before)
    {
        private ConcurrentDictionary<UInt128, bool> _used = [];
        private int _count;

        public long Number => number;

        public DateTimeOffset BeginTime => beginTime;

        public string Nonce => nonce;

        public Slot? Before => before;

        public int Count => Volatile.Read(ref _count);

        public bool TryUse(UInt128 proof)
        {
            if (!_used.TryAdd(proof, true))
            {
                return false;
            }

            Interlocked.Increment(ref _count);
            return true;
        }

        /// <summary>The same slot, with the same used proofs, as the one before a new slot.</summary>
        public Slot WithoutBefore() => new(number, beginTime, nonce, null) { _used = _used, _count = Count };
    }
}
