using System.Net;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A client loses purchases or doubles the load if it gives up at once, hides the cause, or repeats a refused call.
/// </summary>
[Trait("Store", "any")]
public sealed class ClientOutcomeTests
{
    private static readonly TimeSpan _longAway = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Call_WithAWrongSecret_EndsUnauthenticatedWithTheIssuersError()
    {
        await using var gateway = await TestGateway.Start();
        using var tokens = new TokenSource(gateway.Http, gateway.TokenEndpoint, "test-operator", "wrong");
        using var client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), tokens.Get);
        var failed = await Failure(client);
        Assert.Equal(StatusCode.Unauthenticated, failed.StatusCode);
        Assert.Contains("invalid_client: ", failed.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("invalid_client", Assert.IsType<TokenRefusedException>(failed.Status.DebugException).Error);
    }

    [Fact]
    public async Task Call_TokenEndpointUnreachable_EndsUnavailableWithTheAddress()
    {
        await using var gateway = await TestGateway.Start();
        var away = new Uri($"{TestGateway.FreeUrl()}/oauth/token");
        using var tokens = new TokenSource(gateway.Http, away, "test-operator", TestGateway.Secret);
        using var client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), tokens.Get, retries: Retries.None);
        var failed = await Failure(client);
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        Assert.Contains($"{away} cannot be reached", failed.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "{\"error\": \"temporarily_unavailable\"}", StatusCode.Unavailable)]
    [InlineData(502, "<html>", StatusCode.Unavailable)]
    [InlineData(400, "{\"error\": \"invalid_scope\"}", StatusCode.Unauthenticated)]
    [InlineData(404, "<html>", StatusCode.Unauthenticated)]
    public async Task Call_TokenRequestRefused_SaysWhetherARetryCanHelp(int status, string body, StatusCode code)
    {
        using var http = new HttpClient(new Answering((HttpStatusCode)status, body));
        using var tokens = new TokenSource(http, new Uri("http://issuer.example/token"), "id", "secret");
        using var client = new CoalitionClient(new Uri(TestGateway.FreeUrl()), tokens.Get, retries: Retries.None);
        var failed = await Failure(client);
        Assert.Equal(code, failed.StatusCode);
        Assert.Equal(code == StatusCode.Unavailable, Retries.MayPass(failed));
    }

    [Fact]
    public async Task Mutation_DuringAGatewayRestart_SucceedsWithOneEffect()
    {
        var gateway = await TestGateway.Start();
        var options = gateway.Options;
        using var http = new HttpClient();
        using var tokens = new TokenSource(http, gateway.TokenEndpoint, "test-operator", TestGateway.Secret);
        var waited = new TaskCompletionSource();
        using var client = new CoalitionClient(new Uri(options.GrpcUrl), tokens.Get, retries: new Retries { Waiting = (_, _) => waited.TrySetResult() });
        await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest(), cancellationToken: TestContext.Current.CancellationToken);
        await gateway.Stop();

        var registering = client.Programmes.RegisterPartnerAsync(Partner("alpha")).ResponseAsync;
        await waited.Task.WaitAsync(TestTime.Patience, TestContext.Current.CancellationToken);

        // Longer than gRPC's own five attempts.
        await Task.Delay(_longAway, TestContext.Current.CancellationToken);
        Assert.False(registering.IsCompleted, "It gave up.");
        await using var again = await TestGateway.Start(options.DataDirectory, next => (next.GrpcUrl, next.HttpUrl) = (options.GrpcUrl, options.HttpUrl));
        Assert.NotEmpty((await registering).ClientSecret);
        Assert.Equal(1, again.Scalar("SELECT count(*) FROM partner"));
    }

    [Fact]
    public async Task Call_GatewayStaysAway_EndsUnavailableWhenPatienceEnds()
    {
        var address = new Uri(TestGateway.FreeUrl());
        using var client = new CoalitionClient(address, _ => ValueTask.FromResult("token"), retries: new Retries { Patience = TimeSpan.FromSeconds(1) });
        var failed = await Failure(client);
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        Assert.StartsWith($"{address} cannot be reached: ", failed.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithADeadline_IsNotRepeatedBeyondIt()
    {
        using var client = Away(new Retries { Patience = TimeSpan.FromHours(1) });
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest(), deadline: DateTime.UtcNow.AddSeconds(1)));
        Assert.Contains(failed.StatusCode, new[] { StatusCode.Unavailable, StatusCode.DeadlineExceeded });
    }

    [Fact]
    public async Task Call_CancelledWhileItWaits_EndsCancelled()
    {
        using var cancelling = new CancellationTokenSource();
        using var client = Away(new Retries { Patience = TimeSpan.FromHours(1), Waiting = (_, _) => cancelling.CancelAfter(1) });
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest(), cancellationToken: cancelling.Token));
        Assert.Equal(StatusCode.Cancelled, failed.StatusCode);
    }

    [Fact]
    public void BlockingCall_GatewayStaysAway_IsRepeatedToo()
    {
        var waits = 0;
        using var client = Away(new Retries { Patience = TimeSpan.FromMilliseconds(500), Waiting = (_, _) => waits++ });
        Assert.Equal(StatusCode.Unavailable, Assert.Throws<RpcException>(() => client.Programmes.ListProgrammes(new ListProgrammesRequest())).StatusCode);
        Assert.True(waits > 1, $"{waits} waits");
    }

    [Fact]
    public async Task Call_AboveItsRateLimit_WaitsAsLongAsTheGatewaySays()
    {
        await using var gateway = await TestGateway.Start(configure: options =>
            options.RateLimits.Add(new RateLimit { Methods = "ProgrammeService/ListProgrammes", CallsPerSecond = 2, Burst = 1 }));
        var waits = new List<TimeSpan>();
        var token = await gateway.TokenOf(Ledger.CallerKind.Operator, "");
        using var client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), _ => ValueTask.FromResult(token), retries: new Retries { Waiting = (_, wait) => waits.Add(wait) });
        for (var i = 0; i < 3; i++)
        {
            await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest(), cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.NotEmpty(waits);
    }

    [Fact]
    public async Task Call_Refused_IsNotRepeated()
    {
        await using var gateway = await TestGateway.Start();
        var waits = 0;
        var token = await gateway.TokenOf(Ledger.CallerKind.Operator, "");
        using var client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), _ => ValueTask.FromResult(token), retries: new Retries { Waiting = (_, _) => waits++ });
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => client.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest()));
        await Refusals.Refused(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", () => client.Programmes.RegisterPartnerAsync(Partner(new string('x', 100_000))));
        Assert.Equal(0, waits);
    }

    [Fact]
    public async Task Waits_GrowToFiveSeconds_AndLastAMinute()
    {
        var waits = new List<double>();
        var wait = new Retries { Clock = new JumpingClock(), Waiting = (_, next) => waits.Add(next.TotalSeconds) }.Begin();
        var failed = new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, ""));
        while (await wait.Wait(failed, TestContext.Current.CancellationToken))
        {
        }

        double[] longest = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5];
        Assert.All(longest.Zip(waits), pair => Assert.InRange(pair.Second, pair.First / 2, pair.First));
        Assert.InRange(waits.Sum(), 59.5, 60.5);

        // An answer came, so the full patience is available again.
        wait.Progressed();
        Assert.True(await wait.Wait(failed, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wait_LongerThanThePatienceLeft_IsNotBegun()
    {
        var refused = new GatewayRefusal(StatusCode.ResourceExhausted, ErrorReason.RateLimited, "RATE_LIMITED", "", new Dictionary<string, string>(), [], TimeSpan.FromHours(1));
        Assert.False(await new Retries().Begin().Wait(refused, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Reason_OfTheContract_IsItsEnumValue()
    {
        var reasons = ErrorReasonReflection.Descriptor.EnumTypes[0].Values.Where(value => value.Number != 0).ToArray();
        Assert.NotEmpty(reasons);
        Assert.All(reasons, value =>
        {
            var text = value.Name["ERROR_REASON_".Length..];
            var refusal = GatewayRefusal.From(Refused(text))!;
            Assert.Equal(((ErrorReason)value.Number, text), (refusal.Reason, refusal.ReasonText));
        });
    }

    [Fact]
    public void Reason_OfANewerGateway_KeepsItsText()
    {
        var refusal = GatewayRefusal.From(Refused("MOON_IS_FULL"))!;
        Assert.Equal((ErrorReason.Unspecified, "MOON_IS_FULL"), (refusal.Reason, refusal.ReasonText));
    }

    private static RegisterPartnerRequest Partner(string name) => new()
    {
        RequestId = RequestIds.New(),
        Partner = new Partner { PartnerId = "alpha", DisplayName = name },
    };

    private static Status Refused(string reason) => new()
    {
        Code = (int)StatusCode.FailedPrecondition,
        Details = { Any.Pack(new ErrorInfo { Domain = "coalition-gateway", Reason = reason }) },
    };

    private static CoalitionClient Away(Retries retries) => new(new Uri(TestGateway.FreeUrl()), _ => ValueTask.FromResult("token"), retries: retries);

    private static Task<RpcException> Failure(CoalitionClient client) => Assert.ThrowsAsync<RpcException>(async () =>
        await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest(), cancellationToken: TestContext.Current.CancellationToken));

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
    }

    /// <summary>Each wait ends at once, and the clock advances by its length.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _now += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
