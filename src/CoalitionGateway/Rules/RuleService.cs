using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using Grpc.Core;

namespace CoalitionGateway.Rules;

internal sealed class RuleService(CommandJournal journal, LedgerStore store, RuleReader reader, Paging paging, GatewayOptions options, TimeProvider clock) : V1.RuleService.RuleServiceBase
{
    public override async Task<V1.PublishProgrammeTermsResponse> PublishProgrammeTerms(V1.PublishProgrammeTermsRequest request, ServerCallContext context)
    {
        RuleFormMapping.Check(request.Terms);
        var made = await journal.Submit<ProgrammeTermsPublished>(
            request.Terms.ToCommand(context.Caller().NewContext(request.RequestId)) with { MayBePast = options.MayRulesBePast });
        return made.ToWire();
    }

    public override async Task<V1.ListProgrammeTermsResponse> ListProgrammeTerms(V1.ListProgrammeTermsRequest request, ServerCallContext context)
    {
        var id = await Known(request.ProgrammeId, context.CancellationToken);
        var page = paging.Read(request.PageSize, request.PageToken, $"terms {id}");
        long? before = page.After is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : null;
        var (rows, next) = paging.Cut(page, await reader.Terms(id, before, page.Size + 1, context.CancellationToken), row => $"{row.Version}");
        return new V1.ListProgrammeTermsResponse { Terms = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.GetTierResponse> GetTier(V1.GetTierRequest request, ServerCallContext context)
    {
        var (caller, now) = (context.Caller(), Clock.Truncate(clock.GetUtcNow()));
        var isMember = caller.Kind == CallerKind.Member;
        InvalidFieldsException.Unless(
            (request.MembershipNumber.Length > 0 != isMember, "membership_number", isMember ? "must be empty: a member asks about themself." : "is missing; send the member's number in your programme."),
            (request.ProgrammeId.Length > 0 == isMember, "programme_id", isMember ? "is missing; send one of your programmes." : "must be empty: a partner asks about its own programme."));
        var (refusal, found) = await store.Read(
            rows =>
            {
                var (membership, refused) = MembershipQuestion.Find(rows, caller, request.ProgrammeId, request.MembershipNumber);
                return (refused, membership is null ? null : TierStanding.Find(rows, membership, now));
            },
            context.CancellationToken);
        return refusal is null ? found.ToWire() : throw new RefusedException(refusal);
    }

    public override async Task<V1.PublishCampaignResponse> PublishCampaign(V1.PublishCampaignRequest request, ServerCallContext context)
    {
        RuleFormMapping.Check(request.Campaign);
        var made = await journal.Submit<CampaignPublished>(
            request.Campaign.ToCommand(context.Caller().NewContext(request.RequestId)) with { MayBePast = options.MayRulesBePast });
        return made.ToWire();
    }

    public override async Task<V1.ListCampaignsResponse> ListCampaigns(V1.ListCampaignsRequest request, ServerCallContext context)
    {
        var (id, caller) = (await Known(request.ProgrammeId, context.CancellationToken), context.Caller());
        var page = paging.Read(request.PageSize, request.PageToken, $"campaigns {id}");
        var (rows, next) = paging.Cut(page, await reader.Campaigns(id, page.After, page.Size + 1, context.CancellationToken), row => row.Campaign.Id);
        return new V1.ListCampaignsResponse
        {
            Campaigns = { rows.Select(row => row.Campaign.ToWire(SeesBudget(caller, row.Campaign) ? row.LeftPoints : 0)) }, NextPageToken = next,
        };
    }

    /// <summary>A budget tells how much a brand sells with a campaign, so only its payer and the operator see it.</summary>
    private static bool SeesBudget(Caller caller, Campaign campaign) =>
        caller.Kind == CallerKind.Operator || (caller.Kind == CallerKind.Partner && campaign.Rule.PayerId?.Value == caller.Id);

    private async Task<ProgrammeId> Known(string programme, CancellationToken cancellation)
    {
        var id = new ProgrammeId(programme);
        return await reader.IsProgramme(id, cancellation) ? id : throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
    }
}
