using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Standins.Tests.EndToEnd;

public sealed class InterceptionTests(EchoServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerInterceptor_EveryCallType_GoesThroughItsOwnHandler()
    {
        var client = server.Client;

        using var unary = client.SayAsync(new EchoRequest(), cancellationToken: Token);
        await unary;
        using var collect = client.Collect(cancellationToken: Token);
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var expand = client.Expand(new EchoRequest(), cancellationToken: Token);
        Assert.False(await expand.ResponseStream.MoveNext(Token));
        using var converse = client.Converse(cancellationToken: Token);
        await converse.RequestStream.CompleteAsync();
        Assert.False(await converse.ResponseStream.MoveNext(Token));

        Metadata[] trailers = [unary.GetTrailers(), collect.GetTrailers(), expand.GetTrailers(), converse.GetTrailers()];
        Assert.Equal(
            ["unary", "client-streaming", "server-streaming", "duplex-streaming"],
            trailers.Select(each => each.GetValue(ServerInterceptor.Trailer)));
        Assert.Equal("kept", unary.GetTrailers().GetValue("user-state"));
    }

    [Fact]
    public async Task ClientInterceptors_TwoOnTheChannel_AddTheirHeadersInTheOrderGiven()
    {
        var invoker = server.Channel.Intercept(new HeaderAdder("a"), new HeaderAdder("b"));
        using var call = new Echo.EchoClient(invoker).ReturnHeadersAsync(new EchoRequest(), cancellationToken: Token);
        await call;

        Assert.Equal("a, b", string.Join(", ", call.GetTrailers().GetAll("x-by").Select(entry => entry.Value)));
    }

    [Fact]
    public async Task ClientInterceptor_OfHeaders_ChangesWhatTheServerReceives()
    {
        var invoker = server.Channel.Intercept(headers =>
        {
            headers.Add("x-added", "yes");
            return headers;
        });
        using var call = new Echo.EchoClient(invoker).ReturnHeadersAsync(new EchoRequest(), cancellationToken: Token);
        await call;

        Assert.Equal("yes", call.GetTrailers().GetValue("x-added"));
    }

    private sealed class HeaderAdder(string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = context.Options.Headers ?? [];
            headers.Add("x-by", name);
            return continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
