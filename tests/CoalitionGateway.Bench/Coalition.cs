using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Bench;

/// <summary>
/// Two brands with routes both ways, and members with many points in both programmes. Each call goes through the gRPC endpoint,
/// with a token of its own member or partner.
/// </summary>
internal sealed partial class Coalition
{
    private const string _currency = "EUR";
    private readonly Server _server;
    private readonly Metadata[] _members;
    private readonly Metadata _alpha;
    private readonly Metadata _beta;
    private Func<int, Server> _of;
    private string? _alphasEvent;

    private Coalition(Server server, int members)
    {
        (_server, _of) = (server, _ => server);
        _members = new Metadata[members];
        (_alpha, _beta) = (Authorized(CallerKind.Partner, "alpha"), Authorized(CallerKind.Partner, "beta"));
    }

    public static async Task<Coalition> Found(Server server, int members)
    {
        var coalition = new Coalition(server, members);
        await coalition.Found();
        await coalition.FoundRules();
        await Parallel.ForAsync(0, members, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            await coalition.Enrol(i);
            await coalition.EnrolRuled(i);
        });
        return coalition;
    }

    /// <summary>From now on callers call the gateways that this function returns.</summary>
    public void Call(Func<int, Server> of) => _of = of;

    /// <summary>A transfer of 1000 points by one of these members, in either direction.</summary>
    public async Task<bool> Transfer(int caller, int among)
    {
        var (member, isBack) = (Random.Shared.Next(among), Random.Shared.Next(2) == 0);
        return await Succeeds(() => new TransferService.TransferServiceClient(Channel(caller)).CreateTransferAsync(
            new CreateTransferRequest
            {
                RequestId = RequestIds.New(),
                SourceProgrammeId = isBack ? "beta-points" : "alpha-points",
                DestinationProgrammeId = isBack ? "alpha-points" : "beta-points",
                AmountPoints = 1000,
            },
            _members[member]));
    }

    public Task<bool> Purchase(int caller) => Succeeds(() => new EarningService.EarningServiceClient(Channel(caller)).RecordPurchaseAsync(
        Purchase(Random.Shared.Next(_members.Length), "a", 12_340_000), _alpha));

    public Task<bool> Balances(int caller) => Succeeds(() => new MemberService.MemberServiceClient(Channel(caller)).GetBalancesAsync(
        new GetBalancesRequest(), _members[Random.Shared.Next(_members.Length)]));

    public Task<bool> Empty(int caller) => Succeeds(() => new Health.HealthClient(Channel(caller)).CheckAsync(new HealthCheckRequest()));

    /// <summary>The cheapest call that needs a token: it reads a notice, which is in memory.</summary>
    public Task<bool> Authorised(int caller) => Succeeds(() => new ConsentService.ConsentServiceClient(Channel(caller)).GetNoticeAsync(
        new GetNoticeRequest(), _members[Random.Shared.Next(_members.Length)]));

    /// <summary>The proof that an event of a partner is in the log.</summary>
    public async Task<bool> Prove(int caller)
    {
        var audit = new AuditService.AuditServiceClient(Channel(caller));
        _alphasEvent ??= (await audit.ListEventsAsync(new ListEventsRequest { PageSize = 1 }, _alpha)).Events[0].EventId;
        return await Succeeds(() => audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = _alphasEvent }, _alpha));
    }

    private GrpcChannel Channel(int caller) => _of(caller).Channels[caller % _server.Channels.Count];

    private async Task Found()
    {
        var programmes = new ProgrammeService.ProgrammeServiceClient(TwoOperators());
        var headers = Authorized(CallerKind.Operator, Server.Operator);
        foreach (var brand in new[] { "alpha", "beta" })
        {
            await programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = brand, DisplayName = brand } }, headers);
            await programmes.CreateProgrammeAsync(
                new CreateProgrammeRequest
                {
                    RequestId = RequestIds.New(),
                    Programme = new Programme { ProgrammeId = $"{brand}-points", PartnerId = brand, DisplayName = brand, TimeZone = "Europe/Riga", PointValue = Money(10_000) },
                },
                headers);
            await programmes.PublishAgreementAsync(
                new PublishAgreementRequest
                {
                    RequestId = RequestIds.New(),
                    Agreement = new Agreement { PartnerId = brand, ProgrammeId = $"{brand}-points", Rates = { new Rate { Points = 1000, Spend = Money(1_000_000) } }, Rounding = Rounding.Down },
                },
                headers);
        }

        foreach (var (source, destination) in new[] { ("alpha", "beta"), ("beta", "alpha") })
        {
            var route = new Route { SourceProgrammeId = $"{source}-points", DestinationProgrammeId = $"{destination}-points", RatioNumerator = 1, RatioDenominator = 1 };
            await programmes.PublishRouteAsync(new PublishRouteRequest { RequestId = RequestIds.New(), Route = route }, headers);
        }
    }

    private async Task Enrol(int i)
    {
        var members = new MemberService.MemberServiceClient(Channel(i));
        var earning = new EarningService.EarningServiceClient(Channel(i));
        foreach (var (partner, brand) in new[] { (_alpha, "a"), (_beta, "b") })
        {
            await members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = $"{brand}{i}" }, partner);
        }

        _members[i] = Authorized(CallerKind.Member, await _server.MemberId($"a{i}"));
        var code = await members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = $"b{i}" }, _beta);
        await members.LinkMembershipAsync(
            new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = "beta-points", MembershipNumber = $"b{i}", LinkCode = code.LinkCode }, _members[i]);
        await earning.RecordPurchaseAsync(Purchase(i, "a", 1_000_000_000_000), _alpha);
        await earning.RecordPurchaseAsync(Purchase(i, "b", 1_000_000_000_000), _beta);
    }

    /// <summary>Calls of the operator, whose proposals a second one approves at once.</summary>
    private CallInvoker TwoOperators()
    {
        var (proposals, second) = (new ProposalService.ProposalServiceClient(_server.Channels[0]), Authorized(CallerKind.Operator, Gateway.SandboxPersons[1]));
        return _server.Channels[0].Intercept(new SecondPerson(async request => await proposals.ApproveProposalAsync(request, second)));
    }

    private Metadata Authorized(CallerKind kind, string subject) => new() { { "authorization", $"Bearer {_server.Tokens.For(kind, subject)}" } };

    private static RecordPurchaseRequest Purchase(int member, string brand, long micros) => new()
    {
        RequestId = RequestIds.New(),
        PurchaseReference = RequestIds.New(),
        MembershipNumber = $"{brand}{member}",
        Amount = Money(micros),
        PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
    };

    private static V1.Money Money(long micros) => new() { CurrencyCode = _currency, Micros = micros };

    private static async Task<bool> Succeeds<TResponse>(Func<AsyncUnaryCall<TResponse>> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
