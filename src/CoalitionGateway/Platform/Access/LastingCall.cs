using CoalitionGateway.Platform.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// A stream that is open. It ends when its caller does, or when its token has to be validated again: at its expiry, after
/// five minutes at most. The answer is the one that a new call with the token would get.
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

    /// <summary>Cancelled when the call shall end. What is read from the stream after that is not taken.</summary>
    public CancellationToken Ended { get; }

    /// <summary>How the call ends, once it shall.</summary>
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
            // It counts as cancelled from here on; whoever waits goes on elsewhere.
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
