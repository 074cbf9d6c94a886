using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Keys;
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

internal sealed class PublishClientKeysMethod(LedgerStore store) : GovernedMethod<V1.PublishClientKeysRequest, ClientKeysPublished, V1.PublishClientKeysResponse>
{
    protected override Command ToCommand(V1.PublishClientKeysRequest request, CommandContext context)
    {
        var read = PublicKeys.Read(request.Jwks, out var problem);
        InvalidFieldsException.Unless((read is not null, "jwks", problem));
        return new PublishClientKeys(context, new PartnerId(request.PartnerId), read!.Jwks, read.Thumbprints);
    }

    protected override async Task<V1.PublishClientKeysRequest?> Before(V1.PublishClientKeysRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new PartnerClient.Of(request.PartnerId)), cancellation) is { PublicKeys: { } keys }
            ? new V1.PublishClientKeysRequest { PartnerId = request.PartnerId, Jwks = keys } : null;

    protected override Task<V1.PublishClientKeysResponse> Answer(ClientKeysPublished made) =>
        Task.FromResult(new V1.PublishClientKeysResponse { Thumbprints = { made.Thumbprints } });
}

internal sealed class IssueClientSecretMethod(GatewayKeys keys) : GovernedMethod<V1.IssueClientSecretRequest, ClientSecretIssued, V1.IssueClientSecretResponse>
{
    /// <summary>Only the proposer is told the secret, in this answer and in its retries.</summary>
    public override V1.IssueClientSecretResponse Waiting(V1.Proposal proposal, CommandContext context) =>
        new() { ClientSecret = ClientSecrets.Of(keys, context), Proposal = proposal };

    protected override Command ToCommand(V1.IssueClientSecretRequest request, CommandContext context) => new IssueClientSecret(
        context, new PartnerId(request.PartnerId), ClientSecrets.HashOf(ClientSecrets.Of(keys, context)), request.ValidDays, request.FormerHours);

    protected override Task<V1.IssueClientSecretResponse> Answer(ClientSecretIssued made) => Task.FromResult(
        new V1.IssueClientSecretResponse { IssueTime = made.Time.ToWire(), ExpireTime = made.EndTime?.ToWire(), FormerExpireTime = made.FormerEndTime?.ToWire() });
}

/// <summary>Secrets of OAuth clients: 256 random bits, derived from the request id, so that a retry shows the same secret.</summary>
internal static class ClientSecrets
{
    public static string Of(GatewayKeys keys, CommandContext context) =>
        Base64Url.EncodeToString(keys.SecretFor("client-secret", context.Caller.ToString(), context.RequestId));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

internal sealed class ResumePartnerMethod(EndedCallers ended) : GovernedMethod<V1.ResumePartnerRequest, PartnerSuspended, V1.ResumePartnerResponse>
{
    protected override Command ToCommand(V1.ResumePartnerRequest request, CommandContext context) => new SuspendPartner(context, new PartnerId(request.PartnerId), IsSuspended: false);

    protected override async Task<V1.ResumePartnerResponse> Answer(PartnerSuspended made)
    {
        await ended.Tell();
        return new V1.ResumePartnerResponse { ResumeTime = made.Time.ToWire() };
    }
}

internal sealed class SetSenderConstraintMethod(LedgerStore store, EndedCallers ended)
    : GovernedMethod<V1.SetSenderConstraintRequest, SenderConstraintSet, V1.SetSenderConstraintResponse>
{
    protected override Command ToCommand(V1.SetSenderConstraintRequest request, CommandContext context) =>
        new SetSenderConstraint(context, new PartnerId(request.PartnerId), (SenderConstraint)(int)request.SenderConstraint);

    protected override async Task<V1.SetSenderConstraintRequest?> Before(V1.SetSenderConstraintRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new PartnerClient.Of(request.PartnerId)), cancellation) is { } client
            ? new V1.SetSenderConstraintRequest { PartnerId = request.PartnerId, SenderConstraint = (V1.SenderConstraint)(int)client.SenderConstraint } : null;

    protected override async Task<V1.SetSenderConstraintResponse> Answer(SenderConstraintSet made)
    {
        await ended.Tell();
        return new V1.SetSenderConstraintResponse { SetTime = made.Time.ToWire() };
    }
}
