using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class CallObjectTests
{
    private static readonly Metadata Headers = new() { { "h", "1" } };
    private static readonly Metadata Trailers = new() { { "t", "1" } };
    private static readonly Status Ended = new(StatusCode.Aborted, "ended");

    public static TheoryData<string> Kinds => new("unary", "client", "server", "duplex");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_MadeWithAState_HandsItToEveryDelegate(string kind)
    {
        var state = new object();
        List<object> disposed = [];

        var call = Made(kind, state, disposed.Add);

        Assert.Same(Headers, await call.Headers());
        Assert.Equal(Ended, call.Status());
        Assert.Same(Trailers, call.Trailers());
        Assert.Empty(disposed);
        call.Object.Dispose();
        Assert.Same(state, Assert.Single(disposed));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_MadeWithoutAState_AsksItsDelegates(string kind)
    {
        var disposals = 0;

        var call = Made(kind, () => disposals++);

        Assert.Same(Headers, await call.Headers());
        Assert.Equal(Ended, call.Status());
        Assert.Same(Trailers, call.Trailers());
        Assert.Equal(0, disposals);
        call.Object.Dispose();
        Assert.Equal(1, disposals);
    }

    [Fact]
    public async Task UnaryCall_Awaited_IsItsResponse()
    {
        var response = new TaskCompletionSource<string>();
        using var call = new AsyncUnaryCall<string>(response.Task, Task.FromResult(Headers), () => Ended, () => Trailers, () => { });
        var awaiter = call.GetAwaiter();

        Assert.Same(response.Task, call.ResponseAsync);
        Assert.False(awaiter.IsCompleted);
        response.SetResult("done");
        Assert.Equal("done", await call);
        Assert.True(awaiter.IsCompleted);
        Assert.Equal("done", await call.ConfigureAwait(true));
    }

    [Fact]
    public async Task ClientStreamingCall_Awaited_ThrowsWhatItsResponseThrows()
    {
        using var call = new AsyncClientStreamingCall<string, string>(
            null!, Task.FromException<string>(new RpcException(Ended)), Task.FromResult(Headers), () => Ended, () => Trailers, () => { });

        Assert.Equal(Ended, (await Assert.ThrowsAsync<RpcException>(async () => await call)).Status);
        Assert.Equal(Ended, (await Assert.ThrowsAsync<RpcException>(async () => await call.ConfigureAwait(true))).Status);
    }

    [Fact]
    public void StreamingCalls_Made_ShowTheirStreams()
    {
        var reader = new Reader("a");
        var writer = new Writer();
        using var client = new AsyncClientStreamingCall<string, string>(writer, Task.FromResult(""), Task.FromResult(Headers), () => Ended, () => Trailers, () => { });
        using var server = new AsyncServerStreamingCall<string>(reader, Task.FromResult(Headers), () => Ended, () => Trailers, () => { });
        using var duplex = new AsyncDuplexStreamingCall<string, string>(writer, reader, Task.FromResult(Headers), () => Ended, () => Trailers, () => { });

        Assert.Same(writer, client.RequestStream);
        Assert.Same(reader, server.ResponseStream);
        Assert.Same(writer, duplex.RequestStream);
        Assert.Same(reader, duplex.ResponseStream);
    }

    private static Call Made(string kind, object state, Action<object> dispose)
    {
        T Checked<T>(object given, T answer) => ReferenceEquals(given, state) ? answer : throw new ArgumentException("not the state");
        Func<object, Task<Metadata>> headers = given => Checked(given, Task.FromResult(Headers));
        Func<object, Status> status = given => Checked(given, Ended);
        Func<object, Metadata> trailers = given => Checked(given, Trailers);
        return kind switch
        {
            "unary" => Call.Of(new AsyncUnaryCall<string>(Task.FromResult(""), headers, status, trailers, dispose, state)),
            "client" => Call.Of(new AsyncClientStreamingCall<string, string>(new Writer(), Task.FromResult(""), headers, status, trailers, dispose, state)),
            "server" => Call.Of(new AsyncServerStreamingCall<string>(new Reader(), headers, status, trailers, dispose, state)),
            _ => Call.Of(new AsyncDuplexStreamingCall<string, string>(new Writer(), new Reader(), headers, status, trailers, dispose, state)),
        };
    }

    private static Call Made(string kind, Action dispose)
    {
        var headers = Task.FromResult(Headers);
        return kind switch
        {
            "unary" => Call.Of(new AsyncUnaryCall<string>(Task.FromResult(""), headers, () => Ended, () => Trailers, dispose)),
            "client" => Call.Of(new AsyncClientStreamingCall<string, string>(new Writer(), Task.FromResult(""), headers, () => Ended, () => Trailers, dispose)),
            "server" => Call.Of(new AsyncServerStreamingCall<string>(new Reader(), headers, () => Ended, () => Trailers, dispose)),
            _ => Call.Of(new AsyncDuplexStreamingCall<string, string>(new Writer(), new Reader(), headers, () => Ended, () => Trailers, dispose)),
        };
    }

    /// <summary>The members that the four kinds share without a common base.</summary>
    private sealed record Call(IDisposable Object, Func<Task<Metadata>> Headers, Func<Status> Status, Func<Metadata> Trailers)
    {
        public static Call Of(AsyncUnaryCall<string> call) => new(call, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);

        public static Call Of(AsyncClientStreamingCall<string, string> call) => new(call, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);

        public static Call Of(AsyncServerStreamingCall<string> call) => new(call, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);

        public static Call Of(AsyncDuplexStreamingCall<string, string> call) => new(call, () => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers);
    }
}
