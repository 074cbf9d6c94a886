using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>
/// The clients of one gateway: the partner alpha, and members of alpha's and beta's programmes. Every call is made once and
/// never repeated. So its outcome is the gateway's answer.
/// </summary>
internal sealed class Front : IDisposable
{
    public const int Members = 8;

    /// <summary>The partner, and its programme.</summary>
    public const string Alpha = "alpha";

    /// <summary>The operator who approves what the operator's tool proposes.</summary>
    public const string Second = "operator-two";

    private const string _redirect = "http://127.0.0.1:9/callback";
    private static readonly (string Source, string Destination)[] _routes = [("alpha", "beta"), ("beta", "alpha")];
    private readonly Dictionary<string, string> _tokens = [];

    private Front(GatewayProcess gateway) => Channel = GrpcChannel.ForAddress(gateway.Grpc, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
        DisposeHttpClient = true,
    });

    public GrpcChannel Channel { get; }

    public string PartnerToken => _tokens["alpha"];

    /// <summary>
    /// Founds the coalition: two programmes with a route each way, and members in both. Returns alpha's secret.
    /// </summary>
    public static async Task<string> Found(GatewayProcess gateway)
    {
        using var http = new HttpClient();
        var token = new Uri(gateway.Http, "oauth/token");
        using var bossTokens = new TokenSource(http, token, "operator", GatewayProcess.Secret);
        using var secondTokens = new TokenSource(_ => Redeem(http, gateway, GatewayProcess.Console, Second));
        using var second = new CoalitionClient(gateway.Grpc, secondTokens.Get);
        using var boss = new CoalitionClient(gateway.Grpc, bossTokens.Get, interceptor: new SecondPerson(second));
        var secrets = new Dictionary<string, string>();
        foreach (var id in new[] { "alpha", "beta" })
        {
            var made = await boss.Programmes.RegisterPartnerAsync(new() { RequestId = RequestIds.New(), Partner = new() { PartnerId = id, DisplayName = id } });
            secrets[id] = made.ClientSecret;
            await boss.Programmes.CreateProgrammeAsync(new()
            {
                RequestId = RequestIds.New(),
                Programme = new() { ProgrammeId = id, PartnerId = id, DisplayName = id, TimeZone = "Europe/Stockholm", PointValue = new() { CurrencyCode = "EUR", Micros = 10_000 } },
            });
            await boss.Programmes.PublishAgreementAsync(new()
            {
                RequestId = RequestIds.New(),
                Agreement = new() { PartnerId = id, ProgrammeId = id, Rates = { new Rate { Points = 1, Spend = Euro(1) } }, Rounding = Rounding.Down },
            });
        }

        foreach (var (source, destination) in _routes)
        {
            await boss.Programmes.PublishRouteAsync(new()
            {
                RequestId = RequestIds.New(),
                Route = new() { SourceProgrammeId = source, DestinationProgrammeId = destination, RatioNumerator = 1, RatioDenominator = 1 },
            });
        }

        await boss.Rules.PublishProgrammeTermsAsync(new()
        {
            RequestId = RequestIds.New(),
            Terms = new() { ProgrammeId = Alpha, Spending = new() { StepPoints = 1, MaxBillPercent = 100, ReservationMinutes = 10_080 } },
        });
        await boss.Rewards.PublishRewardAsync(new()
        {
            RequestId = RequestIds.New(),
            Reward = new()
            {
                ProgrammeId = Alpha, RewardId = "coffee", PricePoints = 7, StockCount = 1000, VoucherDays = 30, Returnable = true, Texts = { new RewardText { Language = "en", Name = "A coffee" } },
                FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)), UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(1)),
            },
        });

        using var alphaTokens = new TokenSource(http, token, "alpha", secrets["alpha"]);
        using var betaTokens = new TokenSource(http, token, "beta", secrets["beta"]);
        using var alpha = new CoalitionClient(gateway.Grpc, alphaTokens.Get);
        using var beta = new CoalitionClient(gateway.Grpc, betaTokens.Get);
        await Task.WhenAll(Enumerable.Range(0, Members).Select(async i =>
        {
            await alpha.Members.EnrollMemberAsync(new() { RequestId = RequestIds.New(), MembershipNumber = $"a-{i}" });
            await beta.Members.EnrollMemberAsync(new() { RequestId = RequestIds.New(), MembershipNumber = $"b-{i}" });
            var code = await beta.Members.CreateLinkCodeAsync(new() { RequestId = RequestIds.New(), MembershipNumber = $"b-{i}" });
            var signedIn = await SignIn(http, gateway, $"a-{i}");
            using var member = new CoalitionClient(gateway.Grpc, _ => ValueTask.FromResult(signedIn));
            await member.Members.LinkMembershipAsync(new() { RequestId = RequestIds.New(), ProgrammeId = "beta", MembershipNumber = $"b-{i}", LinkCode = code.LinkCode });
        }));

        return secrets["alpha"];
    }

    /// <summary>Signs the partner and the members in at a gateway. Their tokens last for minutes.</summary>
    public static async Task<Front> Open(GatewayProcess gateway, string secret)
    {
        var front = new Front(gateway);
        using var http = new HttpClient();
        using var partner = new TokenSource(http, new Uri(gateway.Http, "oauth/token"), "alpha", secret);
        front._tokens["alpha"] = await partner.Get(CancellationToken.None);
        var members = await Task.WhenAll(Enumerable.Range(0, Members).Select(i => SignIn(http, gateway, $"a-{i}")));
        for (var i = 0; i < Members; i++)
        {
            front._tokens[$"a-{i}"] = members[i];
        }

        return front;
    }

    /// <summary>Makes the call that belongs to the request, with the token of a caller who may make it.</summary>
    public async Task<IMessage> Call(IMessage request, string member) => request switch
    {
        RecordPurchaseRequest purchase => await new EarningService.EarningServiceClient(Channel).RecordPurchaseAsync(purchase, As("alpha")),
        ReversePurchaseRequest reversal => await new EarningService.EarningServiceClient(Channel).ReversePurchaseAsync(reversal, As("alpha")),
        CreateTransferRequest transfer => await new TransferService.TransferServiceClient(Channel).CreateTransferAsync(transfer, As(member)),
        ReservePointsRequest reserve => await new RewardService.RewardServiceClient(Channel).ReservePointsAsync(reserve, As("alpha")),
        CaptureRedemptionRequest capture => await new RewardService.RewardServiceClient(Channel).CaptureRedemptionAsync(capture, As("alpha")),
        ReleaseRedemptionRequest release => await new RewardService.RewardServiceClient(Channel).ReleaseRedemptionAsync(release, As("alpha")),
        RefundRedemptionRequest refund => await new RewardService.RewardServiceClient(Channel).RefundRedemptionAsync(refund, As("alpha")),
        ClaimRewardRequest claim => await new RewardService.RewardServiceClient(Channel).ClaimRewardAsync(claim, As(member)),
        CreatePaymentCodeRequest code => await new RewardService.RewardServiceClient(Channel).CreatePaymentCodeAsync(code, As(member)),
        ReturnVoucherRequest back => await new RewardService.RewardServiceClient(Channel).ReturnVoucherAsync(back, As("alpha")),
        UseVoucherRequest use => await new RewardService.RewardServiceClient(Channel).UseVoucherAsync(use, As("alpha")),
        GetBalancesRequest balances => await new MemberService.MemberServiceClient(Channel).GetBalancesAsync(balances, As(member)),
        ListProgrammesRequest programmes => await new ProgrammeService.ProgrammeServiceClient(Channel).ListProgrammesAsync(programmes, As("alpha")),
        ListTransfersRequest transfers => await new TransferService.TransferServiceClient(Channel).ListTransfersAsync(transfers, As(member)),
        _ => throw new ArgumentException($"No call is made for {request.Descriptor.Name}.", nameof(request)),
    };

    public static RecordPurchaseRequest Purchase(string member, long euros) => new()
    {
        RequestId = RequestIds.New(),
        PurchaseReference = RequestIds.New(),
        MembershipNumber = member,
        Amount = Euro(euros),
        PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
    };

    public static ReservePointsRequest Payment(string member, long points, bool isSpentNow) => new()
    {
        RequestId = RequestIds.New(),
        RedemptionReference = RequestIds.New(),
        MembershipNumber = member,
        AmountPoints = points,
        Bill = Euro(1000),
        SpendNow = isSpentNow,
    };

    public CallOptions As(string who) => new(new Metadata { { "authorization", $"Bearer {_tokens[who]}" } }, DateTime.UtcNow + Soak.Patience);

    /// <summary>Signs a member in like a browser and returns the member's token.</summary>
    public static async Task<string> SignIn(HttpClient http, GatewayProcess gateway, string number) => (await Redeem(http, gateway, GatewayProcess.App, number)).Token;

    /// <summary>Signs a member or a person of the sandbox in.</summary>
    public static async Task<(string Token, DateTimeOffset Ends)> Redeem(HttpClient http, GatewayProcess gateway, string app, string hint)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var signIn = new MemberSignIn(
            gateway.Http.OriginalString, new Uri(gateway.Http, "oauth/authorize"), new Uri(gateway.Http, "oauth/token"), app, _redirect, hint);
        using var answer = await browser.GetAsync(signIn.AuthorizeUrl);
        return await signIn.Redeem(http, answer.Headers.Location!);
    }

    public void Dispose() => Channel.Dispose();

    private static Money Euro(long units) => new() { CurrencyCode = "EUR", Micros = units * 1_000_000 };
}
