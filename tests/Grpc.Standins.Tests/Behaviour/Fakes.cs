using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

internal sealed class Reader(params string[] texts) : IAsyncStreamReader<string>
{
    private int at = -1;

    public string Current => texts[at];

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(++at < texts.Length);
    }
}

internal sealed class Writer : IClientStreamWriter<string>, IServerStreamWriter<string>
{
    public List<string> Written { get; } = [];

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(string message)
    {
        Written.Add(message);
        return Task.CompletedTask;
    }

    public Task CompleteAsync() => Task.CompletedTask;
}

/// <summary>The end of a chain: keeps the last call's host and options, and answers with the request and "!".</summary>
internal sealed class Terminal(List<string> log) : CallInvoker
{
    public string? Host { get; private set; }

    public CallOptions Options { get; private set; }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Note(method, host, options);
        return (TResponse)(object)(request + "!");
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Note(method, host, options);
        return new(Task.FromResult((TResponse)(object)(request + "!")), Headers(), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Note(method, host, options);
        return new((IAsyncStreamReader<TResponse>)(object)new Reader(request + "!"), Headers(), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Note(method, host, options);
        return new((IClientStreamWriter<TRequest>)(object)new Writer(), Task.FromResult((TResponse)(object)"!"), Headers(), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Note(method, host, options);
        return new((IClientStreamWriter<TRequest>)(object)new Writer(), (IAsyncStreamReader<TResponse>)(object)new Reader("!"), Headers(), () => Status.DefaultSuccess, () => [], () => { });
    }

    private static Task<Metadata> Headers() => Task.FromResult(new Metadata());

    private void Note(IMethod method, string? host, CallOptions options)
    {
        log.Add(method.Name);
        Host = host;
        Options = options;
    }
}

internal sealed class Channel(CallInvoker invoker) : ChannelBase("fake:1")
{
    public override CallInvoker CreateCallInvoker() => invoker;
}
