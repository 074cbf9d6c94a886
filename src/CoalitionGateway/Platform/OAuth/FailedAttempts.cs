using System.Net;
using System.Net.Sockets;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Slows down clients that cannot prove themselves, by the claimed id and by the address. While an id is guessed at,
/// every proof is checked only after a pause, even the right one: otherwise many connections could guess at full speed.
/// The address from which a client last proved itself is exempt until an attempt from there fails, so that strangers do
/// not slow a partner down. The memory has a fixed size; ids that share a place in it slow each other down.
/// </summary>
internal sealed class FailedAttempts(TimeProvider clock)
{
    /// <summary>How many attempts may fail before further ones are slowed down.</summary>
    public const int Burst = 10;

    /// <summary>How long a slowed attempt waits before its check, and how soon one failed attempt is forgotten.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many attempts may wait. Bounds the guesses in one pause, and the memory of waiting attempts.</summary>
    public const int MostWaiting = 64;

    // A power of two.
    private const int _places = 4096;

    // When each bucket is empty, in milliseconds. Each failed attempt fills a bucket by one.
    private readonly long[] _ids = new long[_places];
    private readonly long[] _addresses = new long[_places];

    // The place from which a client last proved itself, as a hash of id and address.
    private readonly int[] _proved = new int[_places];
    private readonly Lock _guard = new();
    private int _waiting;

    /// <summary>
    /// Counts an attempt and waits until it may be checked. Counting comes before the check, so that many attempts at
    /// once are slowed down too. Null: too many attempts wait, and this one must not be checked.
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

    /// <summary>Counts a failed attempt, unless it was counted at its admission.</summary>
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

    /// <summary>Stores the address from which a client proved itself, and no longer counts the attempt.</summary>
    public void Proved(string id, IPAddress? address, Admission admission)
    {
        lock (_guard)
        {
            _proved[Place(HashOf(id))] = HashOf(id, address);
            Succeeded(id, address, admission);
        }
    }

    /// <summary>No longer counts an attempt that was right. Further attempts count as before: somebody with one right code may guess others.</summary>
    public void Succeeded(string id, IPAddress? address, Admission admission)
    {
        lock (_guard)
        {
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

    /// <summary>The hash of an address. For IPv6 that of the /64 network, because a host can use every address of it.</summary>
    private static int HashOf(IPAddress? address)
    {
        var hash = default(HashCode);
        var bytes = address?.GetAddressBytes() ?? [];
        hash.AddBytes(address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? bytes.AsSpan(0, 8) : bytes);
        return hash.ToHashCode();
    }
}

/// <summary>An attempt that may be checked.</summary>
/// <param name="IsCounted">Whether the attempt counts as failed until it is proved.</param>
internal readonly record struct Admission(bool IsCounted);
