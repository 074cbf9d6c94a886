using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Grpc.Standins.Tests.EndToEnd;

public sealed class EndOfCallTests(EchoServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deadline_Exceeded_EndsTheCallOnBothSides()
    {
        var text = Guid.NewGuid().ToString();
        var deadline = DateTime.UtcNow.AddMilliseconds(1500);

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.WaitAsync(new EchoRequest { Text = text }, deadline: deadline, cancellationToken: Token));

        Assert.Equal(StatusCode.DeadlineExceeded, thrown.StatusCode);
        var seen = await server.Log.StartOf(text).Task.WaitAsync(Patience, Token);
        Assert.Equal(DateTimeKind.Utc, seen.Kind);
        Assert.InRange(seen, deadline.AddSeconds(-1), deadline.AddSeconds(5));
        await server.Log.CancellationOf(text).Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Cancellation_ByTheClientsToken_EndsTheCallOnBothSides()
    {
        var text = Guid.NewGuid().ToString();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var call = server.Client.WaitAsync(new EchoRequest { Text = text }, new CallOptions().WithCancellationToken(cancellation.Token));
        var deadlineSeen = await server.Log.StartOf(text).Task.WaitAsync(Patience, Token);

        await cancellation.CancelAsync();

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, thrown.StatusCode);
        Assert.Equal(DateTime.MaxValue, deadlineSeen);
        await server.Log.CancellationOf(text).Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Dispose_OfARunningCall_CancelsItOnTheServer()
    {
        var text = Guid.NewGuid().ToString();
        var call = server.Client.WaitAsync(new EchoRequest { Text = text }, cancellationToken: Token);
        await server.Log.StartOf(text).Task.WaitAsync(Patience, Token);

        call.Dispose();

        await server.Log.CancellationOf(text).Task.WaitAsync(Patience, Token);
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Unauthenticated)]
    public async Task RpcException_ThrownByTheServer_ReachesTheClientWithDetailAndTrailers(StatusCode code)
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.FailAsync(new EchoRequest { Text = "as asked: ü", Count = (int)code }, cancellationToken: Token));

        Assert.Equal(code, thrown.StatusCode);
        Assert.Equal("as asked: ü", thrown.Status.Detail);
        Assert.Equal("ASKED_FOR", thrown.Trailers.GetValue("reason"));
        Assert.Equal([0, 1, 254, 255], thrown.Trailers.GetValueBytes("detail-bin")!);
    }

    [Fact]
    public async Task Retries_UnavailableTwice_SucceedAtTheThirdAttempt()
    {
        var text = Guid.NewGuid().ToString();
        using var channel = RetryingChannel(maxAttempts: 4);

        var response = await new Echo.EchoClient(channel).FailAtFirstAsync(new EchoRequest { Text = text, Count = 2 }, cancellationToken: Token);

        Assert.Equal("3 2", response.Text);
        Assert.Equal(3, server.Log.Attempts[text]);
    }

    [Fact]
    public async Task Retries_UnavailableBeyondTheLastAttempt_Fail()
    {
        var text = Guid.NewGuid().ToString();
        using var channel = RetryingChannel(maxAttempts: 2);

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Echo.EchoClient(channel).FailAtFirstAsync(new EchoRequest { Text = text, Count = 2 }, cancellationToken: Token));

        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
        Assert.Equal(2, server.Log.Attempts[text]);
    }

    private GrpcChannel RetryingChannel(int maxAttempts) => GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
    {
        ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = maxAttempts,
                        InitialBackoff = TimeSpan.FromMilliseconds(5),
                        MaxBackoff = TimeSpan.FromMilliseconds(20),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        },
    });
}
