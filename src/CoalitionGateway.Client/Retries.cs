using System.Net.Sockets;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>
/// How calls are repeated that ended without an outcome: UNAVAILABLE, a lost connection, or RESOURCE_EXHAUSTED with a
/// RetryInfo. Repeating is safe: every mutation carries a request id, and the gateway executes each id once. The waits grow
/// from 0.1 s to 5 s. Each wait is shortened at random by up to a half, but is never shorter than the gateway's RetryInfo.
/// </summary>
public sealed class Retries
{
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    /// <summary>No retries: the first failure is final.</summary>
    public static Retries None { get; } = new() { Patience = TimeSpan.Zero };

    /// <summary>
    /// How long a call is repeated after its first failure. Default: one minute; a gateway restarts in ten seconds. The
    /// call's own deadline may end it earlier.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Called before each wait with the failure and the length of the wait, for example to log them.</summary>
    public Action<RpcException, TimeSpan>? Waiting { get; init; }

    /// <summary>The clock that measures the waits and <see cref="Patience"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether the same call may succeed later without a change.</summary>
    public static bool MayPass(RpcException failed) => failed.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.ResourceExhausted => GatewayRefusal.From(failed)?.RetryAfter is not null,
        StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled => IsLostConnection(failed.Status.DebugException),
        StatusCode.Unauthenticated => DpopInterceptor.IsNonceNeeded(failed),
        _ => false,
    };

    /// <summary>Starts the waits of one call, or of one stream that its caller reopens.</summary>
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
            if (failed is IOException or SocketException
                or HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError })
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The waits of one call or of one reopened stream. Made by <see cref="Retries.Begin"/>; not thread-safe.</summary>
public sealed class RetryWait
{
    private readonly Retries _retries;
    private int _attempt;
    private long? _firstFailure;

    internal RetryWait(Retries retries) => _retries = retries;

    /// <summary>Waits until the next attempt is due.</summary>
    /// <param name="failed">How the last attempt ended.</param>
    /// <param name="deadline">The call's own deadline, in UTC. No attempt starts after it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False if another attempt cannot help, or if the patience has run out.</returns>
    public Task<bool> Wait(RpcException failed, CancellationToken cancellation, DateTime? deadline = null) =>
        Retries.MayPass(failed) ? Wait(failed, GatewayRefusal.From(failed)?.RetryAfter, deadline, cancellation) : Task.FromResult(false);

    /// <summary>Waits until the next attempt is due, after the gateway refused a stream's entry with a RetryInfo.</summary>
    /// <returns>False if the refusal is final, or if the patience has run out.</returns>
    public Task<bool> Wait(GatewayRefusal refused, CancellationToken cancellation) => refused.MayPass
        ? Wait(new RpcException(new Status(refused.Code, $"{refused.ReasonText}: {refused.Message}")), refused.RetryAfter, null,
            cancellation)
        : Task.FromResult(false);

    /// <summary>Call this after an answer: the waits and the patience start again.</summary>
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
