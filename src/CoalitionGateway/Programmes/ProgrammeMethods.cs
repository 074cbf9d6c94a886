using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Programmes;

internal sealed class PublishAgreementMethod(LedgerStore store, GatewayOptions options, TimeProvider clock)
    : GovernedMethod<V1.PublishAgreementRequest, AgreementPublished, V1.PublishAgreementResponse>
{
    protected override Command ToCommand(V1.PublishAgreementRequest request, CommandContext context)
    {
        var agreement = request.Agreement;
        return new PublishAgreement(context, new PartnerId(agreement.PartnerId), new ProgrammeId(agreement.ProgrammeId), agreement.ToTerms())
        {
            FromTime = agreement.FromTime?.ToTime(),
            MayBePast = options.MayRulesBePast,
            AwardLimits = new AwardLimits(agreement.MaxAwardPointsPerDay, agreement.MaxOpeningPoints),
            UnlinkedReturns = new UnlinkedReturns(agreement.MaxReturnPointsPerDay, agreement.AllowDebtByReturn),
        };
    }

    protected override async Task<V1.PublishAgreementRequest?> Before(V1.PublishAgreementRequest request, CancellationToken cancellation)
    {
        var (partner, programme) = (new PartnerId(request.Agreement.PartnerId), new ProgrammeId(request.Agreement.ProgrammeId));
        var versions = await store.Read(rows => rows.FindAll(new Agreement.ByPartner(partner)), cancellation);
        return Agreement.At([.. versions], programme, Clock.Truncate(clock.GetUtcNow())) is { } agreement
            ? new V1.PublishAgreementRequest { Agreement = WithoutTime(agreement.ToWire(), request.Agreement) } : null;
    }

    /// <summary>A version without a time holds from its approval, whatever the time of the one before.</summary>
    private static V1.Agreement WithoutTime(V1.Agreement before, V1.Agreement proposed)
    {
        before.FromTime = proposed.FromTime is null ? null : before.FromTime;
        return before;
    }

    protected override Task<V1.PublishAgreementResponse> Answer(AgreementPublished made) => Task.FromResult(made.ToWire());
}

internal sealed class PublishRouteMethod(LedgerStore store) : GovernedMethod<V1.PublishRouteRequest, RoutePublished, V1.PublishRouteResponse>
{
    protected override Command ToCommand(V1.PublishRouteRequest request, CommandContext context)
    {
        var route = request.Route;
        var (source, destination) = (new ProgrammeId(route.SourceProgrammeId), new ProgrammeId(route.DestinationProgrammeId));
        var minimum = route.MinimumPoints == 0 ? CreateTransfer.Step : route.MinimumPoints;
        InvalidFieldsException.Unless(
            (source != destination, "route.destination_programme_id", "must be another programme than the source."),
            (route.MaximumPoints == 0 || route.MaximumPoints >= minimum, "route.maximum_points", "must not be less than the minimum."));
        return new PublishRoute(
            context, source, destination, route.RatioNumerator, route.RatioDenominator, minimum, route.MaximumPoints, route.State != V1.RouteState.Suspended);
    }

    protected override async Task<V1.PublishRouteRequest?> Before(V1.PublishRouteRequest request, CancellationToken cancellation)
    {
        var (source, destination) = (new ProgrammeId(request.Route.SourceProgrammeId), new ProgrammeId(request.Route.DestinationProgrammeId));
        return await store.Read(rows => rows.Find(new Ledger.Programmes.Route.Of(source, destination)), cancellation) is { } found
            ? new V1.PublishRouteRequest { Route = found.ToWire() } : null;
    }

    protected override V1.PublishRouteRequest Completed(V1.PublishRouteRequest request)
    {
        request.Route.MinimumPoints = request.Route.MinimumPoints == 0 ? CreateTransfer.Step : request.Route.MinimumPoints;
        request.Route.State = request.Route.State == V1.RouteState.Suspended ? V1.RouteState.Suspended : V1.RouteState.Open;
        return request;
    }

    protected override Task<V1.PublishRouteResponse> Answer(RoutePublished made) => Task.FromResult(made.ToWire());
}

internal sealed class PublishClosingRuleMethod(LedgerStore store) : GovernedMethod<V1.PublishClosingRuleRequest, ClosingRulePublished, V1.PublishClosingRuleResponse>
{
    protected override Command ToCommand(V1.PublishClosingRuleRequest request, CommandContext context) => new PublishClosingRule(
        context, new ProgrammeId(request.ProgrammeId), request.HeirMembershipNumber.Length == 0 ? null : request.HeirMembershipNumber);

    protected override Task<V1.PublishClosingRuleRequest?> Before(V1.PublishClosingRuleRequest request, CancellationToken cancellation)
    {
        var id = new ProgrammeId(request.ProgrammeId);
        return store.Read(
            rows => rows.Find(new ClosingRule.Of(id)) is { } rule
                ? new V1.PublishClosingRuleRequest
                {
                    ProgrammeId = id.Value,
                    HeirMembershipNumber = rule.HeirId is { } heir && Membership.Find(rows, heir) is { } holder ? rows.Find(new MembershipNumber.OfMembership(holder.Id))?.Number ?? "" : "",
                }
                : null,
            cancellation);
    }

    protected override Task<V1.PublishClosingRuleResponse> Answer(ClosingRulePublished made) =>
        Task.FromResult(new V1.PublishClosingRuleResponse { Version = made.Version, PublishTime = made.Time.ToWire() });
}
