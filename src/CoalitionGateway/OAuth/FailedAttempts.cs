using System.Net;
using System.Net.Sockets;

namespace CoalitionGateway.OAuth;

/// <summary>
/// Slows clients that cannot prove themselves, by the id that they claim and by their address. A right proof is never
/// slowed: nobody can lock a partner out. The memory is of fixed size; ids that share a place in it slow each other.
/// </summary>
internal sealed class FailedAttempts(TimeProvider clock)
{
    /// <summary>How many attempts may fail at once.</summary>
    public const int Burst = 10;

    /// <summary>How long the answer to one more waits, and in what time one more is not slowed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many answers may wait: those who wait take room too.</summary>
    public const int MostWaiting = 128;

    // A power of two.
    private const int _places = 4096;

    // When each place would be empty, in milliseconds: a bucket that fills by one with each attempt.
    private readonly long[] _ids = new long[_places];
    private readonly long[] _addresses = new long[_places];
    private readonly Lock _guard = new();
    private int _waiting;

    /// <summary>Counts an attempt that failed, and waits where there were too many. False: there was no room to wait.</summary>
    public async Task<bool> Slow(string id, IPAddress? address, CancellationToken cancellation)
    {
        bool slow;
        lock (_guard)
        {
            slow = Overflows(_ids, id.GetHashCode(StringComparison.Ordinal)) | Overflows(_addresses, HashOf(address));
        }

        if (!slow)
        {
            return true;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                return false;
            }

            await Task.Delay(Pause, clock, cancellation);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool Overflows(long[] places, int hash)
    {
        var (place, now) = (hash & (_places - 1), (long)clock.GetElapsedTime(0).TotalMilliseconds);
        var (each, most) = ((long)Pause.TotalMilliseconds, Burst * (long)Pause.TotalMilliseconds);
        var ahead = Math.Max(0, places[place] - now);
        places[place] = now + Math.Min(ahead + each, most + each);
        return ahead >= most;
    }

    /// <summary>Of IPv6 the network: whoever has one address there has them all.</summary>
    private static int HashOf(IPAddress? address)
    {
        var hash = default(HashCode);
        var bytes = address?.GetAddressBytes() ?? [];
        hash.AddBytes(address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? bytes.AsSpan(0, 8) : bytes);
        return hash.ToHashCode();
    }
}
