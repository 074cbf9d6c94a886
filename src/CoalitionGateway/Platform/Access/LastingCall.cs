using CoalitionGateway.Platform.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// An open stream. It ends when its caller ends, or when its token must be validated again: at the token's expiry, and
/// after five minutes at most. The stream then gets the answer that a new call with the token would get.
/// </summary>
internal sealed class LastingCall : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;
    private readonly Action<LastingCall> _close;
    private string _problem = TokenProblem.Expired;

    public LastingCall(KnownCaller caller, TimeProvider clock, Action<LastingCall> close)
    {
        (Caller, _close, Ended) = (caller, close, _ended.Token);
        var left = caller.ExpireTime - clock.GetUtcNow();
        _timer = clock.CreateTimer(_ => End(TokenProblem.Expired), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public KnownCaller Caller { get; }

    /// <summary>Cancelled when the call must end. Entries that are read afterwards are not accepted.</summary>
    public CancellationToken Ended { get; }

    /// <summary>The status with which the call must end.</summary>
    public RpcException Refusal => TokenProblem.Refusal(Volatile.Read(ref _problem)).ToRpcException();

    public void End(string problem)
    {
        lock (_ended)
        {
            if (Ended.IsCancellationRequested)
            {
                return;
            }

            Volatile.Write(ref _problem, problem);
        }

        try
        {
            // The token is cancelled from here on. Its callbacks run on another thread.
            _ = _ended.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The call is over.
        }
    }

    public void Dispose()
    {
        _close(this);
        _timer.Dispose();
        _ended.Dispose();
    }
}
