using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class ClientInterceptorTests
{
    private readonly List<string> log = [];
    private readonly Terminal terminal;

    public ClientInterceptorTests() => terminal = new Terminal(log);

    public static TheoryData<MethodType, bool> CallTypes => new()
    {
        { MethodType.Unary, false }, { MethodType.Unary, true }, { MethodType.ServerStreaming, false },
        { MethodType.ClientStreaming, false }, { MethodType.DuplexStreaming, false },
    };

    [Theory]
    [MemberData(nameof(CallTypes))]
    public void Intercept_TwoAtOnce_RunInTheOrderGiven(MethodType type, bool blocking)
    {
        Start(terminal.Intercept(new Logging("a", log), new Logging("b", log)), type, blocking);

        Assert.Equal(["a", "b", "Name"], log);
    }

    [Theory]
    [MemberData(nameof(CallTypes))]
    public void Intercept_OneAfterTheOther_RunsTheLaterFirst(MethodType type, bool blocking)
    {
        Start(terminal.Intercept(new Logging("a", log)).Intercept(new Logging("b", log)), type, blocking);

        Assert.Equal(["b", "a", "Name"], log);
    }

    [Theory]
    [MemberData(nameof(CallTypes))]
    public void Intercept_OnAChannel_RunsBeforeItsInvoker(MethodType type, bool blocking)
    {
        var channel = new Channel(terminal);

        Start(channel.Intercept(new Logging("a", log)), type, blocking);
        Start(channel.Intercept(new Logging("b", log), new Logging("c", log)), type, blocking);

        Assert.Equal(["a", "Name", "b", "c", "Name"], log);
    }

    [Theory]
    [MemberData(nameof(CallTypes))]
    public void Intercept_NothingOverridden_HandsTheCallOnUnchanged(MethodType type, bool blocking)
    {
        var options = new CallOptions(new Metadata { { "key", "value" } }, DateTime.UnixEpoch);

        Start(terminal.Intercept(new Transparent()), type, blocking, options);

        Assert.Equal(["Name"], log);
        Assert.Equal("host", terminal.Host);
        Assert.Equal(options, terminal.Options);
    }

    [Theory]
    [MemberData(nameof(CallTypes))]
    public void InterceptHeaders_CallWithoutHeaders_ReceivesEmptyOnesAndSendsWhatIsReturned(MethodType type, bool blocking)
    {
        var replaced = new Metadata { { "replaced", "yes" } };
        Metadata? received = null;

        Start(
            new Channel(terminal).Intercept(headers =>
            {
                received = headers;
                return replaced;
            }),
            type,
            blocking,
            new CallOptions(deadline: DateTime.UnixEpoch));

        Assert.NotNull(received);
        Assert.Empty(received);
        Assert.False(received.IsReadOnly);
        Assert.Same(replaced, terminal.Options.Headers);
        Assert.Equal(DateTime.UnixEpoch, terminal.Options.Deadline);
        Assert.Equal("host", terminal.Host);
    }

    [Fact]
    public void InterceptHeaders_CallWithHeaders_ReceivesThose()
    {
        var headers = new Metadata { { "key", "value" } };
        Metadata? received = null;

        Start(terminal.Intercept(given => received = given), MethodType.Unary, blocking: true, new CallOptions(headers));

        Assert.Same(headers, received);
    }

    [Fact]
    public void Intercept_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => terminal.Intercept((Interceptor)null!));
        Assert.Throws<ArgumentNullException>(() => terminal.Intercept((Interceptor[])null!));
        Assert.Throws<ArgumentNullException>(() => terminal.Intercept((Func<Metadata, Metadata>)null!));
        Assert.Throws<ArgumentNullException>(() => terminal.Intercept(new Transparent(), null!));
        Assert.Throws<ArgumentNullException>(() => ((CallInvoker)null!).Intercept(new Transparent()));
    }

    private static void Start(CallInvoker invoker, MethodType type, bool blocking, CallOptions options = default)
    {
        var method = new Method<string, string>(type, "Service", "Name", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        switch (type)
        {
            case MethodType.Unary when blocking:
                Assert.Equal("sent!", invoker.BlockingUnaryCall(method, "host", options, "sent"));
                break;
            case MethodType.Unary:
                using (var call = invoker.AsyncUnaryCall(method, "host", options, "sent"))
                {
                    Assert.Equal("sent!", call.GetAwaiter().GetResult());
                }

                break;
            case MethodType.ServerStreaming:
                invoker.AsyncServerStreamingCall(method, "host", options, "sent").Dispose();
                break;
            case MethodType.ClientStreaming:
                invoker.AsyncClientStreamingCall(method, "host", options).Dispose();
                break;
            default:
                invoker.AsyncDuplexStreamingCall(method, "host", options).Dispose();
                break;
        }
    }

    private sealed class Transparent : Interceptor;

    private sealed class Logging(string name, List<string> log) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(context);
        }
    }
}
