using CoalitionGateway.Ledger.Privacy;
using System.Buffers.Text;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Programmes;

internal sealed class ProgrammeService(
    CommandJournal journal, ProgrammeReader reader, Paging paging, GatewayKeys keys, EndedCallers ended, GatewayOptions options)
    : V1.ProgrammeService.ProgrammeServiceBase
{
    private const long _maxRate = 1_000_000;

    public override async Task<V1.ListProgrammesResponse> ListProgrammes(V1.ListProgrammesRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var page = paging.Read(request.PageSize, request.PageToken, "programmes", fields);
        fields.Check();
        var (rows, next) = paging.Cut(page, await reader.Programmes(page.After, page.Size + 1, context.CancellationToken), row => row.Id.Value);
        return new V1.ListProgrammesResponse { Programmes = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.GetProgrammeResponse> GetProgramme(V1.GetProgrammeRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var id = fields.Programme(request.ProgrammeId, "programme_id");
        fields.Check();
        var programme = await reader.Programme(id, context.CancellationToken)
            ?? throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
        var agreements = await reader.Agreements(id, context.CancellationToken);
        return new V1.GetProgrammeResponse { Programme = programme.ToWire(), Agreements = { agreements.Select(row => row.ToWire()) } };
    }

    public override async Task<V1.ListRoutesResponse> ListRoutes(V1.ListRoutesRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        ProgrammeId? source = request.SourceProgrammeId.Length == 0 ? null : fields.Programme(request.SourceProgrammeId, "source_programme_id");
        var page = paging.Read(request.PageSize, request.PageToken, $"routes {source}", fields);
        fields.Check();
        var (rows, next) = paging.Cut(
            page, await reader.Routes(source, page.After, page.Size + 1, context.CancellationToken), row => $"{row.SourceId} {row.DestinationId}");
        return new V1.ListRoutesResponse { Routes = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.RegisterPartnerResponse> RegisterPartner(V1.RegisterPartnerRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var partner = request.Partner ?? new V1.Partner();
        var id = fields.Partner(partner.PartnerId, "partner.partner_id");
        fields.DisplayName(partner.DisplayName, "partner.display_name");
        fields.Require(id, options.Clients.All(client => client.ClientId != id.Value), "partner.partner_id", "is the id of another client of the issuer; choose another.");
        var known = MethodRules.ScopesFor(CallerKind.Partner);
        var unknown = request.Scopes.Except(known).ToArray();
        fields.Require(unknown, unknown.Length == 0, "scopes", $"{string.Join(", ", unknown.Take(3).Select(scope => Excerpt.Of(scope)))}: no scope of partners; there are {string.Join(", ", known)}.");
        fields.Check();

        var caller = context.Caller();
        var secret = Base64Url.EncodeToString(keys.SecretFor("client-secret", caller.ToString(), requestId));
        var asked = request.Scopes.Distinct().Order(StringComparer.Ordinal).ToArray();
        var made = await journal.Submit<PartnerRegistered>(
            new RegisterPartner(
                caller.NewContext(requestId), id, partner.DisplayName, asked, asked.Length > 0 ? asked : known, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret))));
        return made.ToWire(secret);
    }

    public override async Task<V1.CreateProgrammeResponse> CreateProgramme(V1.CreateProgrammeRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var programme = request.Programme ?? new V1.Programme();
        var id = fields.Programme(programme.ProgrammeId, "programme.programme_id");
        var partner = fields.Partner(programme.PartnerId, "programme.partner_id");
        fields.DisplayName(programme.DisplayName, "programme.display_name");
        fields.Require(
            programme, TimeZoneInfo.TryFindSystemTimeZoneById(programme.TimeZone, out var zone) && zone.HasIanaId,
            "programme.time_zone", "must be an IANA time zone such as Europe/Stockholm.");
        var value = fields.UnitValue(programme.PointValue, "programme.point_value");
        fields.Check();
        var made = await journal.Submit<ProgrammeCreated>(
            new CreateProgramme(context.Caller().NewContext(requestId), id, partner, programme.DisplayName, programme.TimeZone, value));
        return made.ToWire();
    }

    public override async Task<V1.AgreePurposesResponse> AgreePurposes(V1.AgreePurposesRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var partner = fields.Partner(request.PartnerId, "partner_id");
        var purposes = request.Purposes.Select(purpose => (Purpose)(int)purpose).ToArray();
        fields.Require(
            purposes, purposes.Distinct().Count() == purposes.Length && purposes.All(purpose => System.Enum.IsDefined(purpose) && purpose.NeedsConsent()),
            "purposes", $"must be of {Fields.Names(System.Enum.GetValues<Purpose>().Where(purpose => purpose.NeedsConsent()))}, each once.");
        fields.Check();
        var made = await journal.Submit<PurposesAgreed>(new AgreePurposes(context.Caller().NewContext(requestId), partner, purposes));
        return new V1.AgreePurposesResponse { Purposes = { made.Agreed.List.Select(purpose => (V1.Purpose)(int)purpose) }, Version = made.Version };
    }

    public override async Task<V1.PublishAgreementResponse> PublishAgreement(V1.PublishAgreementRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var agreement = request.Agreement ?? new V1.Agreement();
        var command = new PublishAgreement(
            context.Caller().NewContext(requestId),
            fields.Partner(agreement.PartnerId, "agreement.partner_id"),
            fields.Programme(agreement.ProgrammeId, "agreement.programme_id"),
            fields.Between(agreement.Points, 1, _maxRate, "agreement.points"),
            fields.Amount(agreement.Spend, "agreement.spend"),
            fields.Enum<Rounding>((int)agreement.Rounding, "agreement.rounding"))
        {
            UnlinkedReturns = new UnlinkedReturns(
                fields.Between(agreement.MaxReturnPointsPerDay, 0, Points.MaxPerCommand, "agreement.max_return_points_per_day"),
                agreement.AllowDebtByReturn),
        };
        fields.Check();
        return (await journal.Submit<AgreementPublished>(command)).ToWire();
    }

    public override async Task<V1.PublishRouteResponse> PublishRoute(V1.PublishRouteRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var route = request.Route ?? new V1.Route();
        var source = fields.Programme(route.SourceProgrammeId, "route.source_programme_id");
        var destination = fields.Programme(route.DestinationProgrammeId, "route.destination_programme_id");
        fields.Require(route, source != destination, "route.destination_programme_id", "must be another programme than the source.");
        var minimum = route.MinimumPoints == 0 ? CreateTransfer.Step : route.MinimumPoints;
        var command = new PublishRoute(
            context.Caller().NewContext(requestId), source, destination,
            fields.Between(route.RatioNumerator, 1, _maxRate, "route.ratio_numerator"),
            fields.Between(route.RatioDenominator, 1, _maxRate, "route.ratio_denominator"),
            Steps(minimum, "route.minimum_points", fields),
            Steps(route.MaximumPoints, "route.maximum_points", fields),
            route.State != V1.RouteState.Suspended);
        fields.Require(route, route.MaximumPoints == 0 || route.MaximumPoints >= minimum, "route.maximum_points", "must not be less than the minimum.");
        fields.Require(route, System.Enum.IsDefined(route.State), "route.state", "must be OPEN or SUSPENDED.");
        fields.Check();
        return (await journal.Submit<RoutePublished>(command)).ToWire();
    }

    public override async Task<V1.PublishClosingRuleResponse> PublishClosingRule(V1.PublishClosingRuleRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var programme = fields.Programme(request.ProgrammeId, "programme_id");
        var heir = request.HeirMembershipNumber.Length == 0 ? null : fields.MembershipNumber(request.HeirMembershipNumber, "heir_membership_number");
        fields.Check();
        var made = await journal.Submit<ClosingRulePublished>(
            new PublishClosingRule(context.Caller().NewContext(requestId), programme, heir));
        return new V1.PublishClosingRuleResponse { Version = made.Version, PublishTime = made.Time.ToWire() };
    }

    public override async Task<V1.PublishClientKeysResponse> PublishClientKeys(V1.PublishClientKeysRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var partner = fields.Partner(request.PartnerId, "partner_id");
        var keys = PublicKeys.Read(request.Jwks, out var problem);
        fields.Require(keys, keys is not null, "jwks", problem);
        fields.Check();
        var made = await journal.Submit<ClientKeysPublished>(
            new PublishClientKeys(context.Caller().NewContext(requestId), partner, keys!.Jwks, keys.Thumbprints));
        return new V1.PublishClientKeysResponse { Thumbprints = { made.Thumbprints } };
    }

    public override async Task<V1.SuspendPartnerResponse> SuspendPartner(V1.SuspendPartnerRequest request, ServerCallContext context) =>
        new() { SuspendTime = (await Suspend(request.RequestId, request.PartnerId, true, context)).Time.ToWire() };

    public override async Task<V1.ResumePartnerResponse> ResumePartner(V1.ResumePartnerRequest request, ServerCallContext context) =>
        new() { ResumeTime = (await Suspend(request.RequestId, request.PartnerId, false, context)).Time.ToWire() };

    private async Task<PartnerSuspended> Suspend(string request, string partnerId, bool isSuspended, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request);
        var partner = fields.Partner(partnerId, "partner_id");
        fields.Check();
        var made = await journal.Submit<PartnerSuspended>(new SuspendPartner(context.Caller().NewContext(requestId), partner, isSuspended));
        await ended.Tell();
        return made;
    }

    private static long Steps(long points, string field, Fields fields) => fields.Require(
        points, points >= 0 && points % CreateTransfer.Step == 0 && points <= Points.MaxPerCommand, field,
        $"must be a multiple of {CreateTransfer.Step}, not negative, at most {Points.MaxPerCommand}.");
}
