using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.Standins.Tests.EndToEnd;

public sealed class HeaderTests(EchoServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metadata_TextAndBytes_TravelAsHeadersAndComeBackAsHeadersAndTrailers()
    {
        var sent = new Metadata { { "X-Text", "some text" }, { "x-bytes-bin", [0, 13, 10, 255] }, { "x-twice", "1" }, { "x-twice", "2" } };
        using var call = server.Client.ReturnHeadersAsync(new EchoRequest(), sent, cancellationToken: Token);

        var headers = await call.ResponseHeadersAsync;
        await call;

        foreach (var returned in new[] { headers, call.GetTrailers() })
        {
            Assert.Equal("some text", returned.GetValue("x-text"));
            Assert.Equal([0, 13, 10, 255], returned.GetValueBytes("x-bytes-bin")!);
            Assert.Equal("1, 2", Joined(returned.GetAll("x-twice")));
        }
    }

    [Fact]
    public async Task CallCredentials_ComposedWithAnInsecureChannel_AreSentWithEveryCall()
    {
        List<string> seen = [];
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            seen.Add($"{context.ServiceUrl} {context.MethodName}");
            metadata.Add("authorization", "Bearer of-the-channel");
            return Task.CompletedTask;
        });
        using var channel = ChannelWith(credentials);

        var received = await ReceivedBy(new Echo.EchoClient(channel), new CallOptions(cancellationToken: Token));

        Assert.Equal("Bearer of-the-channel", received.GetValue("authorization"));
        Assert.Equal([$"{server.Address}/grpc.standins.tests.Echo ReturnHeaders"], seen);
    }

    [Fact]
    public async Task CallCredentials_ComposedOfTwo_AreBothSentInOrder()
    {
        using var channel = ChannelWith(CallCredentials.Compose(Adding("x-order", "first"), Adding("x-order", "second")));

        var received = await ReceivedBy(new Echo.EchoClient(channel), new CallOptions(cancellationToken: Token));

        Assert.Equal("first, second", Joined(received.GetAll("x-order")));
    }

    [Fact]
    public async Task CallCredentials_OfTheCall_AreSentBesideTheChannels()
    {
        using var channel = ChannelWith(Adding("x-channel", "yes"));
        var options = new CallOptions(cancellationToken: Token).WithCredentials(Adding("x-call", "yes"));

        var received = await ReceivedBy(new Echo.EchoClient(channel), options);

        Assert.Equal("yes", received.GetValue("x-channel"));
        Assert.Equal("yes", received.GetValue("x-call"));
    }

    /// <summary>HTTP lets any hop write several values of a header as one, with commas.</summary>
    private static string Joined(IEnumerable<Metadata.Entry> entries) => string.Join(", ", entries.Select(entry => entry.Value));

    private static CallCredentials Adding(string key, string value) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add(key, value);
        return Task.CompletedTask;
    });

    private static async Task<Metadata> ReceivedBy(Echo.EchoClient client, CallOptions options)
    {
        using var call = client.ReturnHeadersAsync(new EchoRequest(), options);
        await call;
        return call.GetTrailers();
    }

    private GrpcChannel ChannelWith(CallCredentials credentials) => GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
    {
        Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, credentials),
        UnsafeUseInsecureChannelCallCredentials = true,
    });
}
