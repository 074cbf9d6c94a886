using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Rules;

internal sealed class RuleService(
    CommandJournal journal, LedgerStore store, RuleReader reader, GovernedCalls governed, ExpiryReader expiry, RuleSimulations simulations, EndedCallers callers, OpenStreams streams, Paging paging,
    TimeProvider clock)
    : V1.RuleService.RuleServiceBase
{
    public override Task<V1.PublishProgrammeTermsResponse> PublishProgrammeTerms(V1.PublishProgrammeTermsRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishProgrammeTermsResponse>(request, request.RequestId, context);

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

    public override Task<V1.PublishCampaignResponse> PublishCampaign(V1.PublishCampaignRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishCampaignResponse>(request, request.RequestId, context);

    public override async Task<V1.ListCampaignsResponse> ListCampaigns(V1.ListCampaignsRequest request, ServerCallContext context)
    {
        var (id, caller) = (await Known(request.ProgrammeId, context.CancellationToken), context.Caller());
        var page = paging.Read(request.PageSize, request.PageToken, $"campaigns {id}");
        var (rows, next) = paging.Cut(page, await reader.Campaigns(id, page.After, page.Size + 1, context.CancellationToken), row => row.Campaign.Id);
        var activations = caller.Kind == CallerKind.Member ? await store.Read(state => Activations(state, caller.MemberId(), id), context.CancellationToken) : [];
        return new V1.ListCampaignsResponse
        {
            Campaigns =
            {
                rows.Select(row => row.Campaign.ToWire(
                    SeesBudget(caller, row.Campaign) ? row.LeftPoints : 0, activations.FirstOrDefault(found => found.CampaignId == row.Campaign.Id))),
            },
            NextPageToken = next,
        };
    }

    public override async Task<V1.ActivateCampaignResponse> ActivateCampaign(V1.ActivateCampaignRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<CampaignActivated>(new ActivateCampaign(
            caller.NewContext(request.RequestId), caller.MemberId(), new ProgrammeId(request.ProgrammeId), request.CampaignId));
        return made.ToWire();
    }

    public override async Task<V1.PreviewExpiryResponse> PreviewExpiry(V1.PreviewExpiryRequest request, ServerCallContext context)
    {
        var (id, until) = (await Known(request.ProgrammeId, context.CancellationToken), request.UntilTime.ToTime());
        var (inactivePoints, inactiveMembers) = await expiry.Inactive(id, until, context.CancellationToken);
        var expiring = await expiry.Dated(id, until, context.CancellationToken);
        return new V1.PreviewExpiryResponse
        {
            Expiring = { expiring.Select(found => new V1.ExpiringPoints { EndTime = found.EndTime.ToWire(), Points = found.Points, Members = found.Members }) },
            InactivePoints = inactivePoints,
            InactiveMembers = inactiveMembers,
        };
    }

    public override async Task SimulateRules(V1.SimulateRulesRequest request, IServerStreamWriter<V1.SimulateRulesResponse> responseStream, ServerCallContext context)
    {
        SimulationMapping.Check(request);
        using var call = callers.Open(context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(streams.Stopping, context.CancellationToken, call.Ended);
        try
        {
            var published = await Published(request, ending.Token);
            var simulation = new RuleSimulation(published, request.Tried(published));
            var until = request.UntilTime.ToTime();
            await foreach (var through in simulations.Run(simulation, published, request.FromTime.ToTime(), until, ending.Token))
            {
                var result = through == until ? simulation.ToWire(published.Programme) : null;
                await responseStream.WriteAsync(
                    new V1.SimulateRulesResponse { Purchases = simulation.All.Purchases, ThroughTime = through.ToWire(), Result = result }, ending.Token);
            }
        }
        catch (OperationCanceledException) when (streams.Stopping.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The gateway is stopping.");
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested)
        {
            throw call.Refusal;
        }
    }

    /// <summary>The published rules of the programme that a simulation is about.</summary>
    private async Task<RuleBook> Published(V1.SimulateRulesRequest request, CancellationToken cancellation)
    {
        var (programme, field) = request.Programme();
        var published = await reader.Book(programme, cancellation) ?? throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(programme, $"{field}.programme_id"));
        if (request.Agreement is { } agreement && !await reader.IsPartner(new PartnerId(agreement.PartnerId), cancellation))
        {
            throw new RefusedException(ProgrammeRefusals.PartnerNotFound(new PartnerId(agreement.PartnerId), "agreement.partner_id"));
        }

        return published;
    }

    private static IReadOnlyList<Activation> Activations(WorkingState rows, MemberId member, ProgrammeId programme) =>
        rows.Find(new Membership.OfMember(member, programme)) is { } membership ? rows.FindAll(new Activation.ByMembership(membership.Id)) : [];

    /// <summary>A budget tells how much a brand sells with a campaign, so only its payer and the operator see it. Over several brands it would tell of purchases elsewhere.</summary>
    private static bool SeesBudget(Caller caller, Campaign campaign) =>
        caller.Kind == CallerKind.Operator || (caller.Kind == CallerKind.Partner && campaign.Rule.PayerId?.Value == caller.Id && campaign.Rule.Filter.TogetherDays == 0);

    private async Task<ProgrammeId> Known(string programme, CancellationToken cancellation)
    {
        var id = new ProgrammeId(programme);
        return await reader.IsProgramme(id, cancellation) ? id : throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
    }
}
