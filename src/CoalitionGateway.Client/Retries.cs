using System.Net.Sockets;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>
/// How calls are repeated that ended without an outcome: UNAVAILABLE, a lost connection, and RESOURCE_EXHAUSTED with a
/// RetryInfo. Repeating is safe: every mutation carries a request id, and the gateway gives it one effect. The waits
/// grow from 0.1 s to 5 s, each cut at random by up to a half, and are never shorter than the gateway's RetryInfo.
/// </summary>
public sealed class Retries
{
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    /// <summary>Fails at the first failure.</summary>
    public static Retries None { get; } = new() { Patience = TimeSpan.Zero };

    /// <summary>
    /// How long after its first failure a call is repeated: a minute, unless set otherwise. A gateway's restart takes
    /// ten seconds. A call's own deadline ends it earlier.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Called before each wait, with the failure and the length of the wait: to log it.</summary>
    public Action<RpcException, TimeSpan>? Waiting { get; init; }

    /// <summary>The clock of waits and of patience.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether the same call may succeed later, without any change.</summary>
    public static bool MayPass(RpcException failed) => failed.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.ResourceExhausted => GatewayRefusal.From(failed)?.RetryAfter is not null,
        StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled => IsLostConnection(failed.Status.DebugException),
        _ => false,
    };

    /// <summary>Begins the waits of one call, or of one stream that is opened again.</summary>
    public RetryWait Begin() => new(this);

    internal static TimeSpan WaitBefore(int attempt)
    {
        var doubled = _firstWait * Math.Pow(2, Math.Min(attempt, 16));
        return doubled < _longestWait ? doubled : _longestWait;
    }

    private static bool IsLostConnection(Exception? failed)
    {
        for (; failed is not null; failed = failed.InnerException)
        {
            if (failed is IOException or SocketException or HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError })
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The waits of one call, or of one stream that is opened again. Made by <see cref="Retries.Begin"/>; not thread-safe.</summary>
public sealed class RetryWait
{
    private readonly Retries _retries;
    private int _attempt;
    private long? _firstFailure;

    internal RetryWait(Retries retries) => _retries = retries;

    /// <summary>Waits until it is time to try again.</summary>
    /// <param name="failed">How the last attempt ended.</param>
    /// <param name="deadline">The call's own deadline, in UTC: nothing is tried after it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False: another attempt is of no use, or patience has ended.</returns>
    public Task<bool> Wait(RpcException failed, CancellationToken cancellation, DateTime? deadline = null) =>
        Retries.MayPass(failed) ? Wait(failed, GatewayRefusal.From(failed)?.RetryAfter, deadline, cancellation) : Task.FromResult(false);

    /// <summary>Waits until it is time to try again after a stream's entry was refused with a RetryInfo.</summary>
    /// <returns>False: the refusal is an outcome, or patience has ended.</returns>
    public Task<bool> Wait(GatewayRefusal refused, CancellationToken cancellation) => refused.MayPass
        ? Wait(new RpcException(new Status(refused.Code, $"{refused.ReasonText}: {refused.Message}")), refused.RetryAfter, null, cancellation)
        : Task.FromResult(false);

    /// <summary>Something was answered: waits and patience begin anew.</summary>
    public void Progressed() => (_attempt, _firstFailure) = (0, null);

    private async Task<bool> Wait(RpcException failed, TimeSpan? atLeast, DateTime? deadline, CancellationToken cancellation)
    {
        var clock = _retries.Clock;
        _firstFailure ??= clock.GetTimestamp();
        var left = _retries.Patience - clock.GetElapsedTime(_firstFailure.Value);
        if (deadline is { } end && end - clock.GetUtcNow().UtcDateTime is var untilEnd && untilEnd < left)
        {
            left = untilEnd;
        }

        if (left <= TimeSpan.Zero || atLeast > left)
        {
            return false;
        }

        var wait = Retries.WaitBefore(_attempt++) * (0.5 + (Random.Shared.NextDouble() / 2));
        wait = wait > (atLeast ?? TimeSpan.Zero) ? wait : atLeast!.Value;
        wait = wait < left ? wait : left;
        _retries.Waiting?.Invoke(failed, wait);
        await Task.Delay(wait, clock, cancellation).ConfigureAwait(false);
        return true;
    }
}
