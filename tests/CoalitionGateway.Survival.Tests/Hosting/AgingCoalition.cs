using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>
/// Four brands with a programme each. A euro is a point. Alpha's points are pending for 3 days and expire after 20. Beta's are
/// pending for 14 days and last for a year. Gamma's expire when a member does nothing for a month. Delta's never expire, and
/// one purchase in a month is a tier that doubles the later purchases of the month. Points can go from each to delta.
/// </summary>
internal sealed class AgingCoalition(GatewayProcess gateway) : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _secrets = new() { ["operator"] = GatewayProcess.Secret };
    private readonly List<IDisposable> _opened = [];
    private readonly Dictionary<string, CoalitionClient> _clients = [];

    /// <summary>The gateway's time.</summary>
    public DateTime Now => DateTime.UtcNow.AddDays(gateway.ClockDays);

    /// <summary>The database's form of the gateway's time.</summary>
    public long NowMicroseconds => (Now - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public async Task Found()
    {
        await Start();
        var boss = Client("operator");
        foreach (var id in new[] { "alpha", "beta", "gamma", "delta" })
        {
            var partner = new Partner { PartnerId = id, DisplayName = id };
            var made = await boss.Programmes.RegisterPartnerAsync(new() { RequestId = RequestIds.New(), Partner = partner });
            _secrets[id] = made.ClientSecret;
            var value = new Money { CurrencyCode = "EUR", Micros = 10_000 };
            await boss.Programmes.CreateProgrammeAsync(new()
            {
                RequestId = RequestIds.New(),
                Programme = new() { ProgrammeId = id, PartnerId = id, DisplayName = id, TimeZone = "Europe/Stockholm", PointValue = value },
            });
            await boss.Programmes.PublishAgreementAsync(new()
            {
                RequestId = RequestIds.New(),
                Agreement = new()
                {
                    PartnerId = id, ProgrammeId = id, Rates = { new Rate { Points = 1, Spend = Euro(1) } }, Rounding = Rounding.Down,
                    FromTime = At(-400), AllowDebtByReturn = true,
                },
            });
        }

        foreach (var id in new[] { "alpha", "beta", "gamma" })
        {
            var route = new Route { SourceProgrammeId = id, DestinationProgrammeId = "delta", RatioNumerator = 1, RatioDenominator = 1 };
            await boss.Programmes.PublishRouteAsync(new() { RequestId = RequestIds.New(), Route = route });
        }

        await Terms(new() { ProgrammeId = "alpha", PendingDays = 3, Expiry = new() { Days = 20, Snap = ExpirySnap.Day } });
        await Terms(new() { ProgrammeId = "beta", PendingDays = 14, Expiry = new() { Months = 12, Snap = ExpirySnap.Day } });
        await Terms(new() { ProgrammeId = "gamma", Inactivity = new() { Months = 1 } });
        var gold = new TierLevel { TierId = "gold", Threshold = 1, FactorPercent = 200 };
        var tiers = new TierRule { Measure = TierMeasure.Purchases, StartMonth = 1, PeriodMonths = 1, Levels = { gold } };
        await Terms(new() { ProgrammeId = "delta", Tiers = tiers });
    }

    /// <summary>Starts the gateway, with its clock so many days from this machine's. Callers sign in again, because time passed.</summary>
    public Task Start(int days = 0)
    {
        Close();
        gateway.ClockDays = days == 0 ? gateway.ClockDays : days;
        return gateway.Start();
    }

    /// <summary>Starts the gateway with this machine's time.</summary>
    public Task StartNow()
    {
        gateway.ClockDays = 0;
        return Start();
    }

    /// <summary>The client of the operator or of a brand.</summary>
    public CoalitionClient Client(string id)
    {
        lock (_clients)
        {
            if (!_clients.TryGetValue(id, out var client))
            {
                var tokens = new TokenSource(_http, new Uri(gateway.Http, "oauth/token"), id, _secrets[id]);
                client = _clients[id] = new CoalitionClient(gateway.Grpc, tokens.Get, retries: Retries.None, interceptor: id == "operator" ? new SecondPerson(Second()) : null);
                _opened.AddRange([client, tokens]);
            }

            return client;
        }
    }

    private CoalitionClient Second()
    {
        var tokens = new TokenSource(_ => Front.Redeem(_http, gateway, GatewayProcess.Console, Front.Second));
        var client = new CoalitionClient(gateway.Grpc, tokens.Get, retries: Retries.None);
        _opened.AddRange([client, tokens]);
        return client;
    }

    /// <summary>The client of a member, who signs in with a number.</summary>
    public async Task<CoalitionClient> Member(string number)
    {
        var token = await Front.SignIn(_http, gateway, number);
        var client = new CoalitionClient(gateway.Grpc, _ => ValueTask.FromResult(token), retries: Retries.None);
        _opened.Add(client);
        return client;
    }

    /// <summary>Enrols a member at a brand, and links numbers of the same member at others. A number begins with the brand's id.</summary>
    public async Task Enrol(string number, params string[] others)
    {
        await ClientOf(number).Members.EnrollMemberAsync(new() { RequestId = RequestIds.New(), MembershipNumber = number });
        foreach (var other in others)
        {
            var brand = ClientOf(other).Members;
            await brand.EnrollMemberAsync(new() { RequestId = RequestIds.New(), MembershipNumber = other });
            var made = await brand.CreateLinkCodeAsync(new() { RequestId = RequestIds.New(), MembershipNumber = other });
            await (await Member(number)).Members.LinkMembershipAsync(new()
            {
                RequestId = RequestIds.New(), ProgrammeId = BrandOf(other), MembershipNumber = other, LinkCode = made.LinkCode,
            });
        }
    }

    public RecordPurchaseRequest Purchase(string number, long euros, int daysAgo = 0) => new()
    {
        RequestId = RequestIds.New(), PurchaseReference = RequestIds.New(), MembershipNumber = number, Amount = Euro(euros),
        PurchaseTime = At(-daysAgo),
    };

    public async Task<Purchase> Buy(RecordPurchaseRequest request) =>
        (await ClientOf(request.MembershipNumber).Earning.RecordPurchaseAsync(request)).Purchase;

    public async Task<Balance> Balance(string number) =>
        (await ClientOf(number).Members.GetBalancesAsync(new() { MembershipNumber = number })).Balances.Single();

    public void Dispose()
    {
        Close();
        _http.Dispose();
    }

    private static string BrandOf(string number) => number.Split('-')[0];

    private static Money Euro(long units) => new() { CurrencyCode = "EUR", Micros = units * 1_000_000 };

    private CoalitionClient ClientOf(string number) => Client(BrandOf(number));

    private Timestamp At(int days) => Timestamp.FromDateTime(Now.AddDays(days));

    private async Task Terms(ProgrammeTerms terms)
    {
        terms.FromTime = At(-400);
        await Client("operator").Rules.PublishProgrammeTermsAsync(new() { RequestId = RequestIds.New(), Terms = terms });
    }

    private void Close()
    {
        _opened.ForEach(opened => opened.Dispose());
        _opened.Clear();
        _clients.Clear();
    }
}
