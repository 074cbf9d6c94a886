using System.Net;
using System.Net.Sockets;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Slows clients that cannot prove themselves, by the id that they claim and by their address. While an id is guessed at, a
/// proof is looked at only after a pause, the right one too: else many connections guess as fast as they like. The address
/// from which a client last proved itself is exempt until an attempt from there fails: strangers do not slow a partner.
/// The memory is of fixed size; ids that share a place in it slow each other.
/// </summary>
internal sealed class FailedAttempts(TimeProvider clock)
{
    /// <summary>How many attempts may fail at once.</summary>
    public const int Burst = 10;

    /// <summary>How long one more attempt waits before it is looked at, and in what time one more is not slowed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many attempts may wait: the most guesses in a pause, and those who wait take room too.</summary>
    public const int MostWaiting = 64;

    // A power of two.
    private const int _places = 4096;

    // When each place would be empty, in milliseconds: a bucket that fills by one with each attempt that fails.
    private readonly long[] _ids = new long[_places];
    private readonly long[] _addresses = new long[_places];

    // Where a client last proved itself, as hashes of id and address.
    private readonly int[] _proved = new int[_places];
    private readonly Lock _guard = new();
    private int _waiting;

    /// <summary>
    /// Counts an attempt and waits until it may be looked at. It counts before it is looked at, so that many at once are
    /// slowed too. Null: too many wait, and it must not be looked at.
    /// </summary>
    public async Task<Admission?> Admit(string id, IPAddress? address, CancellationToken cancellation)
    {
        bool isSlowed;
        lock (_guard)
        {
            if (_proved[Place(HashOf(id))] == HashOf(id, address))
            {
                return new Admission(IsCounted: false);
            }

            isSlowed = IsFull(_ids, HashOf(id)) || IsFull(_addresses, HashOf(address));
            Fill(_ids, HashOf(id));
            Fill(_addresses, HashOf(address));
        }

        if (!isSlowed)
        {
            return new Admission(IsCounted: true);
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                return null;
            }

            await Task.Delay(Pause, clock, cancellation);
            return new Admission(IsCounted: true);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Counts an attempt that failed, unless it was counted when it was admitted.</summary>
    public void Failed(string id, IPAddress? address, Admission admission)
    {
        if (admission.IsCounted)
        {
            return;
        }

        lock (_guard)
        {
            Fill(_ids, HashOf(id));
            Fill(_addresses, HashOf(address));
            if (_proved[Place(HashOf(id))] == HashOf(id, address))
            {
                _proved[Place(HashOf(id))] = 0;
            }
        }
    }

    /// <summary>Remembers from where a client proved itself, and no longer counts the attempt.</summary>
    public void Proved(string id, IPAddress? address, Admission admission)
    {
        lock (_guard)
        {
            _proved[Place(HashOf(id))] = HashOf(id, address);
            if (admission.IsCounted)
            {
                Drain(_ids, HashOf(id));
                Drain(_addresses, HashOf(address));
            }
        }
    }

    private static int Place(int hash) => hash & (_places - 1);

    private static int HashOf(string id) => id.GetHashCode(StringComparison.Ordinal);

    private static int HashOf(string id, IPAddress? address) => HashCode.Combine(id, HashOf(address)) | 1;

    private bool IsFull(long[] places, int hash) => places[Place(hash)] - Now >= Burst * (long)Pause.TotalMilliseconds;

    private void Fill(long[] places, int hash)
    {
        var each = (long)Pause.TotalMilliseconds;
        places[Place(hash)] = Now + Math.Min(Math.Max(0, places[Place(hash)] - Now) + each, (Burst + 1) * each);
    }

    private static void Drain(long[] places, int hash) => places[Place(hash)] -= (long)Pause.TotalMilliseconds;

    private long Now => (long)clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Of IPv6 the network: whoever has one address there has them all.</summary>
    private static int HashOf(IPAddress? address)
    {
        var hash = default(HashCode);
        var bytes = address?.GetAddressBytes() ?? [];
        hash.AddBytes(address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? bytes.AsSpan(0, 8) : bytes);
        return hash.ToHashCode();
    }
}

/// <summary>An attempt that may be looked at.</summary>
/// <param name="IsCounted">Whether it counts as failed until it is proved.</param>
internal readonly record struct Admission(bool IsCounted);
