using Grpc.Core;
using Grpc.Standins.Tests.EndToEnd;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class ClientBaseTests
{
    private readonly Terminal terminal = new([]);

    [Fact]
    public async Task Client_OnAnInvoker_CallsWithoutAHost()
    {
        var client = new NamedClient(terminal);

        Assert.Equal("sent!", await client.Send("sent"));
        Assert.Null(terminal.Host);
    }

    [Fact]
    public async Task Client_OnAChannel_CallsItsInvoker() => Assert.Equal("sent!", await new NamedClient(new Channel(terminal)).Send("sent"));

    [Fact]
    public async Task WithHost_Called_ReturnsAClientWhoseCallsNameTheHost()
    {
        var client = new NamedClient(terminal);

        var other = client.WithHost("other.example");

        Assert.NotSame(client, other);
        Assert.Equal("sent!", await other.Send("sent"));
        Assert.Equal("other.example", terminal.Host);
        await client.Send("sent");
        Assert.Null(terminal.Host);
    }

    [Fact]
    public void Client_MadeWithNothing_ThrowsAtEveryCall() =>
        Assert.Throws<NotImplementedException>(() => new MockClient().Say(new EchoRequest(), cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public void Client_OnNull_IsRefused() => Assert.Throws<ArgumentNullException>(() => new Echo.EchoClient((CallInvoker)null!));

    [Fact]
    public async Task Channel_ShutDown_EndsWithoutAnImplementation()
    {
        var channel = new Channel(terminal);

        await channel.ShutdownAsync();

        Assert.Equal("fake:1", channel.Target);
    }

    private sealed class MockClient : Echo.EchoClient;

    private sealed class NamedClient : ClientBase<NamedClient>
    {
        private static readonly Method<string, string> Method =
            new(MethodType.Unary, "Service", "Name", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        public NamedClient(CallInvoker invoker)
            : base(invoker)
        {
        }

        public NamedClient(ChannelBase channel)
            : base(channel)
        {
        }

        private NamedClient(ClientBaseConfiguration configuration)
            : base(configuration)
        {
        }

        public async Task<string> Send(string text) => await CallInvoker.AsyncUnaryCall(Method, null, new CallOptions(), text);

        protected override NamedClient NewInstance(ClientBaseConfiguration configuration) => new(configuration);
    }
}
