using System.Globalization;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>The last turn that a client has seen. It is unknown before the first answer, and after a call without trailers.</summary>
internal sealed class SeenTurn
{
    /// <summary>The request header and the trailer with the number of a turn.</summary>
    public const string Header = "coalition-turn";

    private readonly Lock _lock = new();
    private long? _turn;
    private long _begun;
    private long _lost;
    private int _streams;

    /// <summary>The turn; null: unknown, or a stream is open that may show later turns.</summary>
    public long? Turn
    {
        get
        {
            lock (_lock)
            {
                return _streams > 0 ? null : _turn;
            }
        }
    }

    /// <summary>A call begins.</summary>
    /// <returns>The call's number.</returns>
    public long Begin()
    {
        lock (_lock)
        {
            return ++_begun;
        }
    }

    /// <summary>A stream begins.</summary>
    /// <returns>The call's number.</returns>
    public long Open()
    {
        lock (_lock)
        {
            _streams++;
            return ++_begun;
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _streams--;
        }
    }

    /// <summary>
    /// A call ends. Without a turn in its trailers the call may have shown or done something unknown. Then only calls that begin
    /// later can tell a turn that covers it.
    /// </summary>
    public void End(long begun, Metadata? trailers)
    {
        lock (_lock)
        {
            if (!long.TryParse(trailers?.GetValue(Header), NumberStyles.None, CultureInfo.InvariantCulture, out var turn))
            {
                (_turn, _lost) = (null, _begun);
            }
            else if (begun > _lost)
            {
                _turn = Math.Max(turn, _turn ?? 0);
            }
        }
    }

    /// <summary>A call has ended, and what it showed or did is unknown.</summary>
    public void Lose() => End(0, null);
}
