using Grpc.Core;

namespace Grpc.Standins.Tests.EndToEnd;

public sealed class CallTypeTests(EchoServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_Awaited_YieldsTheResponseStatusAndTrailers()
    {
        using var call = server.Client.SayAsync(new EchoRequest { Text = "hello" }, cancellationToken: Token);

        Assert.Equal("hello", (await call).Text);

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("/grpc.standins.tests.Echo/Say", call.GetTrailers().GetValue("method"));
        Assert.Equal(new Uri(server.Address).Authority, call.GetTrailers().GetValue("host"));
        Assert.StartsWith("ipv4:127.0.0.1:", call.GetTrailers().GetValue("peer"), StringComparison.Ordinal);
        Assert.Equal("no", call.GetTrailers().GetValue("authenticated"));
    }

    [Fact]
    public void Unary_Blocking_ReturnsTheResponse() =>
        Assert.Equal("blocking", server.Client.Say(new EchoRequest { Text = "blocking" }, cancellationToken: Token).Text);

    [Fact]
    public async Task ClientStreaming_ThreeRequests_AreAllReadInOrder()
    {
        using var call = server.Client.Collect(cancellationToken: Token);
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text }, Token);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal("a,b,c", (await call.ConfigureAwait(true)).Text);
    }

    [Fact]
    public async Task ServerStreaming_ThreeResponses_AreAllReadInOrder()
    {
        using var call = server.Client.Expand(new EchoRequest { Text = "n", Count = 3 }, cancellationToken: Token);

        List<string> texts = [];
        await foreach (var response in call.ResponseStream.ReadAllAsync(Token))
        {
            texts.Add(response.Text);
        }

        Assert.Equal(["n-0", "n-1", "n-2"], texts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task DuplexStreaming_EachRequest_IsAnsweredBeforeTheNextIsSent()
    {
        using var call = server.Client.Converse(cancellationToken: Token);
        foreach (var text in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Unary_MessageOfAMegabyte_ArrivesWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 150_000).Select(i => i.ToString("x7")));

        var response = await server.Client.SayAsync(new EchoRequest { Text = text }, cancellationToken: Token);

        Assert.Equal(text, response.Text);
    }

    [Fact]
    public async Task Unary_64CallersOf100Calls_AllReceiveTheirOwnAnswers()
    {
        var client = server.Client;
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(
            async () =>
            {
                var right = 0;
                for (var i = 0; i < 100; i++)
                {
                    var text = $"{caller}/{i}";
                    right += (await client.SayAsync(new EchoRequest { Text = text }, cancellationToken: Token)).Text == text ? 1 : 0;
                }

                return right;
            },
            Token)));

        Assert.Equal(6400, answers.Sum());
    }
}
