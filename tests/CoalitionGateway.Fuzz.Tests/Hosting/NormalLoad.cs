using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Hosting;

/// <summary>
/// Ordinary callers beside the fuzzing, at two brands of their own. They make purchases, transfers, pools and reads. Each call
/// must be answered, with the numbers that follow from all earlier calls.
/// </summary>
internal sealed class NormalLoad(TestGateway gateway, Findings findings) : IDisposable
{
    public const string Prefix = "load-";
    private const int _callers = 3;
    private static readonly TimeSpan _renewal = TimeSpan.FromMinutes(2);
    private static readonly string[] _brands = ["load-air", "load-bean"];

    private readonly List<CoalitionClient> _partners = [];
    private readonly HashSet<string> _memberIds = [];
    private readonly List<LoadCaller> _enrolled = [];
    private int _calls;
    private long _slowestTicks;

    public int Calls => Volatile.Read(ref _calls);

    public TimeSpan Slowest => new(Volatile.Read(ref _slowestTicks));

    /// <summary>Whether a value names an object of this load.</summary>
    public bool Owns(string value) => value.StartsWith(Prefix, StringComparison.Ordinal) || _memberIds.Contains(value);

    public void Dispose() => _enrolled.ForEach(caller => caller.Dispose());

    /// <summary>Registers the two brands, each with a programme, a route each way, and enrols the callers.</summary>
    public async Task Found()
    {
        var programmes = gateway.Operator.Programmes;
        foreach (var id in _brands)
        {
            var made = await programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = id, DisplayName = id } });
            _partners.Add(gateway.As(made.ClientId, made.ClientSecret));
            await programmes.CreateProgrammeAsync(new CreateProgrammeRequest
            {
                RequestId = RequestIds.New(),
                Programme = new Programme { ProgrammeId = id, PartnerId = id, DisplayName = id, TimeZone = "Europe/Stockholm", PointValue = new Money { CurrencyCode = "EUR", Micros = 10_000 } },
            });
            await programmes.PublishAgreementAsync(new PublishAgreementRequest
            {
                RequestId = RequestIds.New(),
                Agreement = new Agreement { PartnerId = id, ProgrammeId = id, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } }, FromTime = TestCoalition.Past, Rounding = Rounding.Down },
            });
        }

        foreach (var (source, destination) in new[] { (_brands[0], _brands[1]), (_brands[1], _brands[0]) })
        {
            await programmes.PublishRouteAsync(new PublishRouteRequest
            {
                RequestId = RequestIds.New(),
                Route = new Route { SourceProgrammeId = source, DestinationProgrammeId = destination, RatioNumerator = 1, RatioDenominator = 1 },
            });
        }

        for (var i = 0; i < _callers; i++)
        {
            _enrolled.Add(await Enrol(i));
        }
    }

    /// <summary>Calls until it is told to stop. The first wrong answer is a finding, and that caller then stops.</summary>
    public Task Run(CancellationToken stop) => Task.WhenAll(_enrolled.Select(caller => Task.Run(async () =>
    {
        var rounds = 0;
        try
        {
            for (; !stop.IsCancellationRequested; rounds++)
            {
                await caller.Round(this, rounds);
                await Task.Delay(10, CancellationToken.None);
            }
        }
        catch (Exception failed)
        {
            var refusal = failed is RpcException call ? $"{call.StatusCode} {GatewayRefusal.From(call)?.ReasonText} {call.Status.Detail}" : $"{failed}";
            findings.Add($"a caller of the normal load was not served: {refusal.Split('\n')[0]}", $"in round {rounds}: {failed}");
        }
    })));

    private async Task<LoadCaller> Enrol(int nth)
    {
        var numbers = _brands.Select(brand => $"{Prefix}{nth}-{brand[^3..]}").ToArray();
        for (var i = 0; i < _brands.Length; i++)
        {
            await _partners[i].Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = numbers[i] });
        }

        var caller = new LoadCaller(gateway, numbers[0]);
        _memberIds.Add(await gateway.MemberId(numbers[0]));
        _memberIds.Add(await gateway.MemberId(numbers[1]));
        var code = await _partners[1].Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = numbers[1] });
        var client = await caller.Client();
        await client.Members.LinkMembershipAsync(new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = _brands[1], MembershipNumber = numbers[1], LinkCode = code.LinkCode });
        caller.Pool = (await client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = _brands[0] })).PoolId;
        return caller;
    }

    private async Task<T> Timed<T>(AsyncUnaryCall<T> call)
    {
        var began = DateTime.UtcNow;
        var answer = await call;
        Interlocked.Increment(ref _calls);
        var took = (DateTime.UtcNow - began).Ticks;
        for (var slowest = Volatile.Read(ref _slowestTicks); took > slowest; slowest = Volatile.Read(ref _slowestTicks))
        {
            Interlocked.CompareExchange(ref _slowestTicks, took, slowest);
        }

        return answer;
    }

    /// <summary>One member of both programmes and the points that the member must have.</summary>
    private sealed class LoadCaller(TestGateway gateway, string number) : IDisposable
    {
        private CoalitionClient? _client;
        private DateTime _renewed;
        private long _air;
        private long _bean;
        private long _pooled;

        public string Pool { get; set; } = "";

        public void Dispose() => _client?.Dispose();

        public async Task<CoalitionClient> Client()
        {
            if (_client is null || DateTime.UtcNow - _renewed > _renewal)
            {
                _renewed = DateTime.UtcNow;
                var token = await gateway.SignIn(number);
                _client?.Dispose();
                _client = new CoalitionClient(new Uri(gateway.Options.GrpcUrl), _ => ValueTask.FromResult(token), retries: Retries.None);
            }

            return _client;
        }

        public async Task Round(NormalLoad load, int round)
        {
            var client = await Client();
            var bought = await load.Timed(load._partners[0].Earning.RecordPurchaseAsync(new RecordPurchaseRequest
            {
                RequestId = RequestIds.New(), PurchaseReference = RequestIds.New(), MembershipNumber = number, Amount = TestCoalition.Euro(2000), PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
            }));
            _air += Expect(2000, bought.Purchase.GivenPoints);
            await load.Timed(client.Transfers.CreateTransferAsync(new CreateTransferRequest
            {
                RequestId = RequestIds.New(), SourceProgrammeId = _brands[0], DestinationProgrammeId = _brands[1], AmountPoints = 1000,
            }));
            (_air, _bean) = (_air - 1000, _bean + 1000);
            await load.Timed(client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = Pool, AmountPoints = 7 }));
            (_air, _pooled) = (_air - 7, _pooled + 7);
            var pool = await load.Timed(client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = Pool }));
            Expect(_pooled, pool.Pool.TotalPoints);
            var balances = await load.Timed(client.Members.GetBalancesAsync(new GetBalancesRequest()));
            Expect(_air, balances.Balances.Single(balance => balance.ProgrammeId == _brands[0]).AvailablePoints);
            Expect(_bean, balances.Balances.Single(balance => balance.ProgrammeId == _brands[1]).AvailablePoints);
            var transfers = await load.Timed(client.Transfers.ListTransfersAsync(new ListTransfersRequest { PageSize = 3 }));
            Expect(Math.Min(round + 1, 3), transfers.Transfers.Count);
            await load.Timed(client.Programmes.ListProgrammesAsync(new ListProgrammesRequest { PageSize = 2 }));
        }

        private static long Expect(long expected, long actual) =>
            expected == actual ? actual : throw new InvalidOperationException($"Expected {expected} points, the answer says {actual}.");
    }
}
