using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Rules;

/// <summary>A coalition of its own, whose programmes get rules, and whose sweeps a test can run.</summary>
public sealed class RuledCoalition : IAsyncLifetime
{
    public TestCoalition Coalition { get; private set; } = null!;

    public TestPartner Alpha => Coalition.Alpha;

    public TestPartner Beta => Coalition.Beta;

    private CoalitionClient Operator => Coalition.Gateway.Operator;

    public async ValueTask InitializeAsync()
    {
        Coalition = new TestCoalition();
        await Coalition.InitializeAsync();
    }

    public ValueTask DisposeAsync() => Coalition.DisposeAsync();

    /// <summary>Settles all that is due, as the sweeper does each second.</summary>
    public Task<int> Sweep() => Coalition.Gateway.Services.GetRequiredService<Sweeper>().Sweep(CancellationToken.None);

    /// <summary>All rows, made anew from the events, are what is stored.</summary>
    public void Verify() => Coalition.Gateway.Verify();

    public async Task<ProgrammeTerms> Terms(TestPartner partner, ProgrammeTerms terms)
    {
        (terms.ProgrammeId, terms.FromTime) = (partner.ProgrammeId, terms.FromTime ?? TestCoalition.Past);
        return (await Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest { RequestId = RequestIds.New(), Terms = terms })).Terms;
    }

    /// <summary>Publishes a campaign of the past and the future, unless it says otherwise.</summary>
    public async Task<Campaign> Campaign(TestPartner partner, Campaign campaign)
    {
        campaign.ProgrammeId = partner.ProgrammeId;
        campaign.CampaignId = campaign.CampaignId.Length == 0 ? $"c-{Guid.NewGuid():N}"[..20] : campaign.CampaignId;
        (campaign.FromTime, campaign.UntilTime) = (campaign.FromTime ?? TestCoalition.Past, campaign.UntilTime ?? Timestamp.FromDateTime(DateTime.UtcNow.AddYears(5)));
        return (await Operator.Rules.PublishCampaignAsync(new PublishCampaignRequest { RequestId = RequestIds.New(), Campaign = campaign })).Campaign;
    }

    public async Task<Agreement> Agree(Agreement agreement) =>
        (await Operator.Programmes.PublishAgreementAsync(new PublishAgreementRequest { RequestId = RequestIds.New(), Agreement = agreement })).Agreement;

    /// <summary>A purchase so many days ago.</summary>
    public static RecordPurchaseRequest Purchase(TestPartner partner, TestMember member, long euros, double daysAgo = 0, params PurchaseLine[] lines)
    {
        var request = TestCoalition.Purchase(partner, member, euros);
        request.PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-daysAgo));
        request.Lines.AddRange(lines);
        return request;
    }

    public static async Task<Purchase> Buy(TestPartner partner, TestMember member, long euros, double daysAgo = 0, params PurchaseLine[] lines) =>
        (await partner.Client.Earning.RecordPurchaseAsync(Purchase(partner, member, euros, daysAgo, lines))).Purchase;

    public static PurchaseLine Line(string category, long euros) => new() { Category = category, AmountMicros = euros * 1_000_000 };

    public static async Task<Balance> Balance(TestMember member, TestPartner partner) =>
        (await member.Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.Single(found => found.ProgrammeId == partner.ProgrammeId);
}
