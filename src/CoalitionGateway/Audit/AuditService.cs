using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Rpc;
using CoalitionGateway.Store;
using Grpc.Core;

namespace CoalitionGateway.Audit;

internal sealed class AuditService(AuditReader reader, Paging paging) : V1.AuditService.AuditServiceBase
{
    public override async Task<V1.ListConsentEventsResponse> ListConsentEvents(V1.ListConsentEventsRequest request, ServerCallContext context)
    {
        var (rows, next) = await List(
            [EventKind.ConsentGiven, EventKind.ConsentWithdrawn], request.MemberId, request.MembershipNumber, request.ProgrammeId,
            request.PartnerId, request.PageSize, request.PageToken, context.CancellationToken);
        return new V1.ListConsentEventsResponse { Events = { rows.Select(made => made.ToConsentEvent()) }, NextPageToken = next };
    }

    public override async Task<V1.ListDisclosuresResponse> ListDisclosures(V1.ListDisclosuresRequest request, ServerCallContext context)
    {
        var (rows, next) = await List(
            [EventKind.MemberDisclosed], request.MemberId, request.MembershipNumber, request.ProgrammeId,
            request.PartnerId, request.PageSize, request.PageToken, context.CancellationToken);
        return new V1.ListDisclosuresResponse { Disclosures = { rows.Cast<MemberDisclosed>().Select(made => made.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.GetLedgerSummaryResponse> GetLedgerSummary(V1.GetLedgerSummaryRequest request, ServerCallContext context)
    {
        var programmes = await reader.Summaries(context.CancellationToken);
        var response = new V1.GetLedgerSummaryResponse
        {
            Balanced = programmes.All(programme => programme.SumPoints == 0),
            EntryCount = programmes.Sum(programme => programme.EntryCount),
        };
        response.Programmes.AddRange(programmes.Select(programme => new V1.ProgrammeSummary
        {
            ProgrammeId = programme.ProgrammeId.Value,
            HeldPoints = programme.HeldPoints,
            OwedPoints = programme.OwedPoints,
            SumPoints = programme.SumPoints,
        }));
        return response;
    }

    private async Task<(IReadOnlyList<Event> Rows, string Next)> List(
        EventKind[] kinds, string memberId, string number, string programmeId, string partnerId, int size, string token, CancellationToken cancellation)
    {
        var fields = new Fields();
        fields.Require(number, number.Length == 0 || memberId.Length == 0, "membership_number", "must not be sent together with member_id.");
        fields.Require(programmeId, (number.Length == 0) == (programmeId.Length == 0), "programme_id", "must be sent together with membership_number, and not alone.");
        IReadOnlyList<MemberId>? members = memberId.Length == 0 ? null : [new MemberId(fields.Uuid(memberId, "member_id"))];
        PartnerId? partner = partnerId.Length == 0 ? null : fields.Partner(partnerId, "partner_id");
        ProgrammeId? programme = programmeId.Length == 0 ? null : fields.Programme(programmeId, "programme_id");
        if (number.Length > 0)
        {
            fields.MembershipNumber(number);
        }

        var page = paging.Read(size, token, $"{string.Join(',', kinds)} {memberId} {number} {programmeId} {partnerId}", fields);
        fields.Check();
        if (number.Length > 0)
        {
            members = await reader.Holders(programme!.Value, number, cancellation);
        }

        EventId? after = page.After is null ? null : new EventId(Guid.Parse(page.After));
        return paging.Cut(page, await reader.Events(kinds, members, partner, after, page.Size + 1, cancellation), made => made.Id.ToString());
    }
}
