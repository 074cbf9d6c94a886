using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Compliance;

internal sealed class ComplianceService(
    CommandJournal journal, GovernedCalls governed, ComplianceReader reader, PrivacyReader members, AuditReader audit, OfficersReading reading, Paging paging,
    NoticesInForce notices, GatewayOptions options, TimeProvider clock)
    : V1.ComplianceService.ComplianceServiceBase
{
    private static readonly TimeSpan _longestHold = TimeSpan.FromDays(3653);

    private DateTime Now => Ledger.Clock.Truncate(clock.GetUtcNow());

    public override async Task<V1.OpenRequestResponse> OpenRequest(V1.OpenRequestRequest request, ServerCallContext context)
    {
        var member = new MemberId(Guid.Parse(request.MemberId));
        var received = request.ReceiveTime.ToTime();
        member = await Present(member, context);
        var made = await journal.Submit<RequestOpened>(new OpenRequest(context.Caller().NewContext(request.RequestId), member, (DataRight)(int)request.Right, received));
        return new V1.OpenRequestResponse { Request = made.Request.ToWire(Now) };
    }

    public override async Task<V1.ExtendRequestResponse> ExtendRequest(V1.ExtendRequestRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.DataRequestId));
        var made = await journal.Submit<RequestProlonged>(new ExtendRequest(context.Caller().NewContext(request.RequestId), id, (ExtensionReason)(int)request.Reason));
        return new V1.ExtendRequestResponse { EventId = made.Id.ToString() };
    }

    public override async Task<V1.CloseRequestResponse> CloseRequest(V1.CloseRequestRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.DataRequestId));
        var made = await journal.Submit<RequestEnded>(new CloseRequest(context.Caller().NewContext(request.RequestId), id, (RequestOutcome)(int)request.Outcome));
        return new V1.CloseRequestResponse { EventId = made.Id.ToString(), CloseTime = made.Time.ToWire() };
    }

    public override async Task<V1.ListRequestsResponse> ListRequests(V1.ListRequestsRequest request, ServerCallContext context)
    {
        MemberId? member = request.MemberId.Length == 0 ? null : new MemberId(Guid.Parse(request.MemberId));
        var page = paging.Read(request.PageSize, request.PageToken, $"requests {request.MemberId} {request.IncludeClosed}");
        member = member is { } asked ? await Present(asked, context) : null;
        await reading.Record(context, member, null);
        (DateTime, EventId)? after = page.After?.Split(' ') is [var due, var id]
            ? (Ledger.Clock.FromUnixMicroseconds(long.Parse(due)), new EventId(Guid.Parse(id)))
            : null;
        var found = await reader.Requests(member, request.IncludeClosed, after, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{Ledger.Clock.ToUnixMicroseconds(row.DueTime)} {row.Id}");
        return new V1.ListRequestsResponse { Requests = { rows.Select(row => row.ToWire(Now)) }, NextPageToken = next };
    }

    public override async Task<V1.PlaceHoldResponse> PlaceHold(V1.PlaceHoldRequest request, ServerCallContext context)
    {
        var member = new MemberId(Guid.Parse(request.MemberId));
        var until = request.UntilTime.ToTime();
        InvalidFieldsException.Unless(
            (until > Now, "until_time", "must be in the future."),
            (until <= Now + _longestHold, "until_time", $"must be at most {_longestHold.TotalDays:0} days ahead; renew the hold then."));
        member = await Present(member, context);
        var made = await journal.Submit<HoldPlaced>(new PlaceHold(context.Caller().NewContext(request.RequestId), member, (HoldGround)(int)request.Ground, until));
        return new V1.PlaceHoldResponse { Hold = made.Hold.ToWire() };
    }

    public override Task<V1.ReleaseHoldResponse> ReleaseHold(V1.ReleaseHoldRequest request, ServerCallContext context) =>
        governed.Submit<V1.ReleaseHoldResponse>(request, request.RequestId, context);

    public override async Task<V1.ListHoldsResponse> ListHolds(V1.ListHoldsRequest request, ServerCallContext context)
    {
        MemberId? member = request.MemberId.Length == 0 ? null : new MemberId(Guid.Parse(request.MemberId));
        var page = paging.Read(request.PageSize, request.PageToken, $"holds {request.MemberId}");
        member = member is { } asked ? await Present(asked, context) : null;
        await reading.Record(context, member, null);
        var (rows, next) = paging.Cut(page, await reader.Holds(member, After(page), page.Size + 1, context.CancellationToken), row => row.Id.ToString());
        return new V1.ListHoldsResponse { Holds = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.ReportBreachResponse> ReportBreach(V1.ReportBreachRequest request, ServerCallContext context)
    {
        PartnerId? partner = request.PartnerId.Length == 0 ? null : new PartnerId(request.PartnerId);
        var now = clock.GetUtcNow();
        var (from, to) = (request.FromTime.ToTime(), request.ToTime.ToTime());
        InvalidFieldsException.Unless((from < to, "to_time", "must be later than from_time."));
        var aware = request.AwareTime.ToTime();
        var made = await journal.Submit<BreachReported>(
            new ReportBreach(context.Caller().NewContext(request.RequestId), partner, from, to, aware));
        return new V1.ReportBreachResponse { Breach = await WithScope(made.Breach, context.CancellationToken) };
    }

    public override async Task<V1.CloseBreachResponse> CloseBreach(V1.CloseBreachRequest request, ServerCallContext context)
    {
        var id = new EventId(Guid.Parse(request.BreachId));
        var told = request.NotifyTime.ToTime();
        var made = await journal.Submit<BreachNotified>(new CloseBreach(context.Caller().NewContext(request.RequestId), id, told));
        return new V1.CloseBreachResponse { EventId = made.Id.ToString() };
    }

    public override async Task<V1.ListBreachesResponse> ListBreaches(V1.ListBreachesRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "breaches");
        await reading.Record(context, null, null);
        var (rows, next) = paging.Cut(page, await reader.Breaches(After(page), page.Size + 1, context.CancellationToken), row => row.Id.ToString());
        var response = new V1.ListBreachesResponse { NextPageToken = next };
        foreach (var row in rows)
        {
            response.Breaches.Add(await WithScope(row, context.CancellationToken));
        }

        return response;
    }

    public override async Task<V1.GetProcessingRecordResponse> GetProcessingRecord(V1.GetProcessingRecordRequest request, ServerCallContext context)
    {
        await reading.Record(context, null, null);
        var recipients = await reader.Recipients(notices.Valid, Now, context.CancellationToken);
        var (all, erased) = await reader.Counts(context.CancellationToken);
        return ProcessingMapping.Record(options.Privacy, recipients, all, erased, Now);
    }

    public override async Task<V1.ListRetentionDueResponse> ListRetentionDue(V1.ListRetentionDueRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "retention");
        await reading.Record(context, null, null);
        var (due, next) = await RetentionDue.Find(members, options.Privacy, page, Now, context.CancellationToken);
        return new V1.ListRetentionDueResponse { Due = { due.Select(found => found.ToWire()) }, NextPageToken = next is null ? "" : paging.After(page, next) };
    }

    /// <summary>The present member of an id: the member itself, or the member to whom its memberships moved.</summary>
    /// <exception cref="RefusedException">No member has or had the id.</exception>
    private async Task<MemberId> Present(MemberId member, ServerCallContext context) =>
        await audit.Identities(member, context.CancellationToken) is [var present, ..] ? present : throw new RefusedException(MemberRefusals.NoMember());

    private static EventId? After(Page page) => page.After is null ? null : new EventId(Guid.Parse(page.After));

    /// <summary>The breach with the number of affected members and answers.</summary>
    private async Task<V1.Breach> WithScope(Breach breach, CancellationToken cancellation)
    {
        var scope = await audit.Released(breach.PartnerId, breach.FromTime, breach.ToTime, cancellation);
        return breach.ToWire(Now, scope.Members, scope.Disclosures);
    }
}
