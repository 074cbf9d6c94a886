using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Reaches the reasons about rules: campaigns that were published before, and purchases and rules of the past.</summary>
internal sealed class RuleSequences(TestCoalition coalition, Reaching reaching)
{
    public async Task Run()
    {
        await Campaigns();
        await Activations();
        await Past();
    }

    private async Task Campaigns()
    {
        var alpha = coalition.Alpha;
        var member = await coalition.Member(alpha);
        var campaign = new Campaign
        {
            ProgrammeId = alpha.ProgrammeId, CampaignId = "reached", Effect = CampaignEffect.Fixed, Amount = 10, PayerId = alpha.PartnerId, BudgetPoints = 100,
            FromTime = TestCoalition.Past, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
        };
        await Publish(campaign);
        await TestCoalition.Buy(alpha, member, 1);
        await reaching.Reach("PAYER_CHANGED", () => Publish(new Campaign(campaign) { PayerId = coalition.Beta.PartnerId }));
        await reaching.Reach("BUDGET_SPENT", () => Publish(new Campaign(campaign) { BudgetPoints = 1 }));
    }

    private async Task Activations()
    {
        var alpha = coalition.Alpha;
        var member = await coalition.Member(alpha);
        var campaign = new Campaign
        {
            ProgrammeId = alpha.ProgrammeId, CampaignId = "activated", Effect = CampaignEffect.Fixed, Amount = 10, ActivateUntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(1)),
            FromTime = TestCoalition.Past, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
        };
        await Publish(campaign);
        await Publish(new Campaign(campaign) { CampaignId = "over", ActivateUntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)) });
        await Activate("activated");
        await reaching.Reach("CAMPAIGN_ACTIVATED", () => Activate("activated"));
        await reaching.Reach("ACTIVATION_OVER", () => Activate("over"));

        AsyncUnaryCall<ActivateCampaignResponse> Activate(string id) => member.Client.Rules.ActivateCampaignAsync(
            new ActivateCampaignRequest { RequestId = RequestIds.New(), ProgrammeId = alpha.ProgrammeId, CampaignId = id });
    }

    private async Task Past()
    {
        var (gamma, options) = (coalition.Gamma, coalition.Gateway.Options);
        var member = await coalition.Member(gamma);
        var old = TestCoalition.Purchase(gamma, member, 1);
        old.PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(-20));
        await coalition.Gateway.Operator.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement
            {
                PartnerId = gamma.PartnerId, ProgrammeId = gamma.ProgrammeId, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down, AcceptDays = 1, FromTime = TestCoalition.Past,
            },
        });
        await reaching.Reach("PURCHASE_TOO_LATE", () => gamma.Client.Earning.RecordPurchaseAsync(old));
        options.AllowPastRules = false;
        await reaching.Reach("RULE_IN_THE_PAST", () => coalition.Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(), Terms = new ProgrammeTerms { ProgrammeId = gamma.ProgrammeId, FromTime = TestCoalition.Past },
        }));
        options.AllowPastRules = true;
    }

    private AsyncUnaryCall<PublishCampaignResponse> Publish(Campaign campaign) =>
        coalition.Gateway.Operator.Rules.PublishCampaignAsync(new PublishCampaignRequest { RequestId = RequestIds.New(), Campaign = campaign });
}
