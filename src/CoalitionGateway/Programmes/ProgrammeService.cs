using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Programmes;

internal sealed class ProgrammeService(
    CommandJournal journal, ProgrammeReader reader, GovernedCalls governed, Paging paging, GatewayKeys keys, GatewayOptions options, TimeProvider clock)
    : V1.ProgrammeService.ProgrammeServiceBase
{
    private static readonly string _needsPurposes =
        $"must be of {ContractNames.Of(Enum.GetValues<Purpose>().Where(purpose => purpose.NeedsConsent()))}, each once.";

    public override async Task<V1.ListProgrammesResponse> ListProgrammes(V1.ListProgrammesRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "programmes");
        var (rows, next) = paging.Cut(page, await reader.Programmes(page.After, page.Size + 1, context.CancellationToken), row => row.Id.Value);
        return new V1.ListProgrammesResponse { Programmes = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.GetProgrammeResponse> GetProgramme(V1.GetProgrammeRequest request, ServerCallContext context)
    {
        var id = new ProgrammeId(request.ProgrammeId);
        var programme = await reader.Programme(id, context.CancellationToken)
            ?? throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
        var agreements = Current(await reader.Agreements(id, context.CancellationToken), Clock.Truncate(clock.GetUtcNow()));
        return new V1.GetProgrammeResponse { Programme = programme.ToWire(), Agreements = { agreements.Select(row => row.ToWire()) } };
    }

    public override async Task<V1.ListPartnersResponse> ListPartners(V1.ListPartnersRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "partners");
        var (rows, next) = paging.Cut(page, await reader.Partners(page.After, page.Size + 1, context.CancellationToken), row => row.Partner.Id.Value);
        return new V1.ListPartnersResponse { Partners = { rows.Select(row => row.Partner.ToWire(row.Agreed)) }, NextPageToken = next };
    }

    public override async Task<V1.ListAgreementsResponse> ListAgreements(V1.ListAgreementsRequest request, ServerCallContext context)
    {
        var id = new ProgrammeId(request.ProgrammeId);
        PartnerId? partner = request.PartnerId.Length == 0 ? null : new PartnerId(request.PartnerId);
        if (await reader.Programme(id, context.CancellationToken) is null)
        {
            throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
        }

        var page = paging.Read(request.PageSize, request.PageToken, $"agreements {id} {partner}");
        var (rows, next) = paging.Cut(
            page, await reader.Versions(id, partner, page.After, page.Size + 1, context.CancellationToken), row => $"{row.PartnerId} {row.Version}");
        return new V1.ListAgreementsResponse { Agreements = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.ListRoutesResponse> ListRoutes(V1.ListRoutesRequest request, ServerCallContext context)
    {
        ProgrammeId? source = request.SourceProgrammeId.Length == 0 ? null : new ProgrammeId(request.SourceProgrammeId);
        var page = paging.Read(request.PageSize, request.PageToken, $"routes {source}");
        var (rows, next) = paging.Cut(
            page, await reader.Routes(source, page.After, page.Size + 1, context.CancellationToken), row => $"{row.SourceId} {row.DestinationId}");
        return new V1.ListRoutesResponse { Routes = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.RegisterPartnerResponse> RegisterPartner(V1.RegisterPartnerRequest request, ServerCallContext context)
    {
        var id = new PartnerId(request.Partner.PartnerId);
        var known = MethodRules.ScopesFor(CallerKind.Partner);
        var unknown = request.Scopes.Except(known).ToArray();
        InvalidFieldsException.Unless(
            (options.Clients.All(client => client.ClientId != id.Value), "partner.partner_id", "is the id of another client of the issuer; choose another."),
            (unknown.Length == 0, "scopes", $"{string.Join(", ", unknown.Take(3).Select(scope => Excerpt.Of(scope)))}: no scope of partners; there are {string.Join(", ", known)}."));

        var own = context.Caller().NewContext(request.RequestId);
        var secret = ClientSecrets.Of(keys, own);
        var asked = request.Scopes.Distinct().Order(StringComparer.Ordinal).ToArray();
        var made = await journal.Submit<PartnerRegistered>(
            new RegisterPartner(
                own, id, request.Partner.DisplayName, asked, asked.Length > 0 ? asked : known, ClientSecrets.HashOf(secret)));
        return made.ToWire(secret);
    }

    public override async Task<V1.CreateProgrammeResponse> CreateProgramme(V1.CreateProgrammeRequest request, ServerCallContext context)
    {
        var programme = request.Programme;
        var id = new ProgrammeId(programme.ProgrammeId);
        var partner = new PartnerId(programme.PartnerId);
        var value = programme.PointValue.ToMoney();
        var made = await journal.Submit<ProgrammeCreated>(
            new CreateProgramme(context.Caller().NewContext(request.RequestId), id, partner, programme.DisplayName, programme.TimeZone, value));
        return made.ToWire();
    }

    public override async Task<V1.AgreePurposesResponse> AgreePurposes(V1.AgreePurposesRequest request, ServerCallContext context)
    {
        var purposes = request.Purposes.Select(purpose => (Purpose)(int)purpose).ToArray();
        InvalidFieldsException.Unless(
            (purposes.All(purpose => purpose.NeedsConsent()), "purposes", _needsPurposes));
        var made = await journal.Submit<PurposesAgreed>(new AgreePurposes(context.Caller().NewContext(request.RequestId), new PartnerId(request.PartnerId), purposes));
        return new V1.AgreePurposesResponse { Purposes = { made.Agreed.List.Select(purpose => (V1.Purpose)(int)purpose) }, Version = made.Version };
    }

    public override Task<V1.PublishAgreementResponse> PublishAgreement(V1.PublishAgreementRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishAgreementResponse>(request, request.RequestId, context);

    public override Task<V1.PublishRouteResponse> PublishRoute(V1.PublishRouteRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishRouteResponse>(request, request.RequestId, context);

    public override Task<V1.PublishClosingRuleResponse> PublishClosingRule(V1.PublishClosingRuleRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishClosingRuleResponse>(request, request.RequestId, context);

    /// <summary>Of each agreement the version that holds now and those that will hold later.</summary>
    private static IEnumerable<Agreement> Current(IReadOnlyList<Agreement> versions, DateTime now) => versions
        .GroupBy(version => version.PartnerId)
        .SelectMany(brand => brand.Where(version => version.FromTime > now || version == Agreement.At([.. brand], version.ProgrammeId, now)));
}
