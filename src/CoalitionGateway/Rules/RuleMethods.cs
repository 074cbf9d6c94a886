using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Rules;

internal sealed class PublishProgrammeTermsMethod(LedgerStore store, GatewayOptions options, TimeProvider clock)
    : GovernedMethod<V1.PublishProgrammeTermsRequest, ProgrammeTermsPublished, V1.PublishProgrammeTermsResponse>
{
    protected override Command ToCommand(V1.PublishProgrammeTermsRequest request, CommandContext context)
    {
        RuleFormMapping.Check(request.Terms);
        return request.Terms.ToCommand(context) with { MayBePast = options.MayRulesBePast };
    }

    protected override async Task<V1.PublishProgrammeTermsRequest?> Before(V1.PublishProgrammeTermsRequest request, CancellationToken cancellation)
    {
        var now = Clock.Truncate(clock.GetUtcNow());
        var versions = await store.Read(rows => rows.FindAll(new ProgrammeTerms.ByProgramme(new ProgrammeId(request.Terms.ProgrammeId))), cancellation);
        return ProgrammeTerms.At(versions, now) is { } terms
            ? new V1.PublishProgrammeTermsRequest { Terms = WithoutTime(terms.ToWire(), request.Terms) } : null;
    }

    /// <summary>A version without a time holds from its approval, whatever the time of the one before.</summary>
    private static V1.ProgrammeTerms WithoutTime(V1.ProgrammeTerms before, V1.ProgrammeTerms proposed)
    {
        before.FromTime = proposed.FromTime is null ? null : before.FromTime;
        return before;
    }

    protected override Task<V1.PublishProgrammeTermsResponse> Answer(ProgrammeTermsPublished made) => Task.FromResult(made.ToWire());
}

internal sealed class PublishCampaignMethod(LedgerStore store, GatewayOptions options) : GovernedMethod<V1.PublishCampaignRequest, CampaignPublished, V1.PublishCampaignResponse>
{
    protected override Command ToCommand(V1.PublishCampaignRequest request, CommandContext context)
    {
        RuleFormMapping.Check(request.Campaign);
        return request.Campaign.ToCommand(context) with { MayBePast = options.MayRulesBePast, MaxPointsAlone = options.MaxCampaignPoints };
    }

    protected override async Task<V1.PublishCampaignRequest?> Before(V1.PublishCampaignRequest request, CancellationToken cancellation)
    {
        var versions = await store.Read(rows => rows.FindAll(new Campaign.ByProgramme(new ProgrammeId(request.Campaign.ProgrammeId))), cancellation);
        return Campaign.Latest(versions, request.Campaign.CampaignId) is { } campaign
            ? new V1.PublishCampaignRequest { Campaign = campaign.ToWire(0) } : null;
    }

    protected override Task<V1.PublishCampaignResponse> Answer(CampaignPublished made) => Task.FromResult(made.ToWire());
}
