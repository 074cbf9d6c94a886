using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;

namespace CoalitionGateway.Testing;

/// <summary>A partner of the test coalition and its programme.</summary>
public sealed record TestPartner(string PartnerId, string ProgrammeId, string ClientId, string Secret, CoalitionClient Client);

/// <summary>A member, signed in, with a number in each of their programmes.</summary>
public sealed record TestMember(CoalitionClient Client, IReadOnlyDictionary<string, string> Numbers);

/// <summary>
/// Three brands with a programme each. A euro is 1 point in the brand's own programme. Alpha also gives 2 points of Beta's for a
/// euro. Routes: alpha to beta 1:1, beta to gamma 1:2, gamma to alpha 4:3 and at most 10000, alpha to gamma suspended.
/// </summary>
public sealed class TestCoalition : IAsyncLifetime
{
    private static int _members;

    public Action<GatewayOptions>? Configure { get; init; }

    public Action<WebApplicationBuilder>? Extend { get; init; }

    public TestGateway Gateway { get; private set; } = null!;

    public TestPartner Alpha { get; private set; } = null!;

    public TestPartner Beta { get; private set; } = null!;

    public TestPartner Gamma { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start(configure: Configure, extend: Extend);
        Alpha = await Partner("alpha");
        Beta = await Partner("beta");
        Gamma = await Partner("gamma");
        foreach (var partner in new[] { Alpha, Beta, Gamma })
        {
            await Gateway.Operator.Programmes.AgreePurposesAsync(new AgreePurposesRequest
            {
                RequestId = RequestIds.New(),
                PartnerId = partner.PartnerId,
                Purposes = { Purpose.Marketing, Purpose.Personalisation, Purpose.Analytics, Purpose.CustomerSupport },
            });
        }

        await Agree(Alpha.PartnerId, Alpha.ProgrammeId, 1);
        await Agree(Beta.PartnerId, Beta.ProgrammeId, 1);
        await Agree(Gamma.PartnerId, Gamma.ProgrammeId, 1);
        await Agree(Alpha.PartnerId, Beta.ProgrammeId, 2);
        await Route(new Route { SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = Beta.ProgrammeId, RatioNumerator = 1, RatioDenominator = 1 });
        await Route(new Route { SourceProgrammeId = Beta.ProgrammeId, DestinationProgrammeId = Gamma.ProgrammeId, RatioNumerator = 1, RatioDenominator = 2, MinimumPoints = 3000 });
        await Route(new Route { SourceProgrammeId = Gamma.ProgrammeId, DestinationProgrammeId = Alpha.ProgrammeId, RatioNumerator = 3, RatioDenominator = 4, MaximumPoints = 10_000 });
        await Route(new Route { SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = Gamma.ProgrammeId, RatioNumerator = 1, RatioDenominator = 1, State = RouteState.Suspended });
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>
    /// A new member of some programmes. The first enrolment has this profile; the other memberships are linked.
    /// </summary>
    public async Task<TestMember> Member(MemberProfile? profile, params TestPartner[] partners)
    {
        var name = $"m-{Interlocked.Increment(ref _members)}";
        var numbers = new Dictionary<string, string>();
        CoalitionClient? client = null;
        foreach (var partner in partners)
        {
            var number = $"{name}.{partner.PartnerId}";
            numbers[partner.ProgrammeId] = number;
            await partner.Client.Members.EnrollMemberAsync(new EnrollMemberRequest
            {
                RequestId = RequestIds.New(),
                MembershipNumber = number,
                Profile = client is null ? profile : null,
            });
            if (client is null)
            {
                client = Gateway.WithToken(await Gateway.SignIn(number));
                continue;
            }

            var code = await partner.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
            await client.Members.LinkMembershipAsync(new LinkMembershipRequest
            {
                RequestId = RequestIds.New(),
                ProgrammeId = partner.ProgrammeId,
                MembershipNumber = number,
                LinkCode = code.LinkCode,
            });
        }

        return new TestMember(client!, numbers);
    }

    public Task<TestMember> Member(params TestPartner[] partners) => Member(null, partners);

    /// <summary>A purchase at a brand by a member. One euro is a point in the brand's own programme.</summary>
    public static async Task<Purchase> Buy(TestPartner partner, TestMember member, long euros, string? reference = null) =>
        (await partner.Client.Earning.RecordPurchaseAsync(Purchase(partner, member, euros, reference))).Purchase;

    public static RecordPurchaseRequest Purchase(TestPartner partner, TestMember member, long euros, string? reference = null) => new()
    {
        RequestId = RequestIds.New(),
        PurchaseReference = reference ?? RequestIds.New(),
        MembershipNumber = member.Numbers[partner.ProgrammeId],
        Amount = Euro(euros),
        PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
    };

    /// <summary>The rules of the tests hold from this time on.</summary>
    public static readonly Timestamp Past = Timestamp.FromDateTime(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    public static Money Euro(long units) => new() { CurrencyCode = "EUR", Micros = units * 1_000_000 };

    /// <summary>A member's available and owed points in a programme.</summary>
    public static async Task<(long Available, long Owed)> Balance(TestMember member, TestPartner partner)
    {
        var balances = await member.Client.Members.GetBalancesAsync(new GetBalancesRequest());
        var balance = balances.Balances.Single(found => found.ProgrammeId == partner.ProgrammeId);
        return (balance.AvailablePoints, balance.OwedPoints);
    }

    private async Task<TestPartner> Partner(string id)
    {
        var registered = await Gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = RequestIds.New(),
            Partner = new Partner { PartnerId = id, DisplayName = id },
        });
        await Gateway.Operator.Programmes.CreateProgrammeAsync(new CreateProgrammeRequest
        {
            RequestId = RequestIds.New(),
            Programme = new Programme
            {
                ProgrammeId = $"{id}-points",
                PartnerId = id,
                DisplayName = $"{id} points",
                TimeZone = "Europe/Stockholm",
                PointValue = new Money { CurrencyCode = "EUR", Micros = 10_000 },
            },
        });
        return new TestPartner(id, $"{id}-points", registered.ClientId, registered.ClientSecret, Gateway.As(registered.ClientId, registered.ClientSecret));
    }

    private async Task Agree(string partner, string programme, long points) => await Gateway.Operator.Programmes.PublishAgreementAsync(
        new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement { PartnerId = partner, ProgrammeId = programme, Rates = { new Rate { Points = points, Spend = Euro(1) } }, FromTime = Past, Rounding = Rounding.Down, AllowDebtByReturn = programme == $"{partner}-points", MaxAwardPointsPerDay = 1_000_000, MaxOpeningPoints = 5000 },
        });

    private async Task Route(Route route) =>
        await Gateway.Operator.Programmes.PublishRouteAsync(new PublishRouteRequest { RequestId = RequestIds.New(), Route = route });
}
