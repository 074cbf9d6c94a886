using CoalitionGateway.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Rpc;
using CoalitionGateway.Store;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Audit;

internal sealed class AuditService(AuditReader reader, AuditLog log, Paging paging, OpenStreams streams) : V1.AuditService.AuditServiceBase
{
    public override async Task<V1.ListConsentEventsResponse> ListConsentEvents(V1.ListConsentEventsRequest request, ServerCallContext context)
    {
        var (rows, next) = await List(
            LedgerContext.ConsentKinds, request.MemberId, request.MembershipNumber, request.ProgrammeId,
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

    public override async Task<V1.ListEventsResponse> ListEvents(V1.ListEventsRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var view = LogView.Of(context.Caller(), request.MemberId, request.PartnerId, fields);
        var page = paging.Read(request.PageSize, request.PageToken, $"events {context.Caller()} {request.MemberId} {request.PartnerId}", fields);
        fields.Check();
        var from = page.After is null ? 0 : long.Parse(page.After) + 1;
        var (rows, next) = paging.Cut(page, await log.Entries(view, from, page.Size + 1, context.CancellationToken), found => $"{found.LogIndex}");
        return new V1.ListEventsResponse { Events = { rows.Select(view.ToWire) }, NextPageToken = next };
    }

    public override async Task WatchEvents(
        V1.WatchEventsRequest request, IServerStreamWriter<V1.WatchEventsResponse> responseStream, ServerCallContext context)
    {
        var fields = new Fields();
        var view = LogView.Of(context.Caller(), "", "", fields);
        fields.Require(request.FromLogIndex, request.FromLogIndex >= 0, "from_log_index", "must not be negative.");
        fields.Check();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(streams.Stopping, context.CancellationToken);
        try
        {
            await foreach (var found in log.Watch(view, request.FromLogIndex, ending.Token))
            {
                await responseStream.WriteAsync(new V1.WatchEventsResponse { Event = view.ToWire(found) }, ending.Token);
            }
        }
        catch (OperationCanceledException) when (streams.Stopping.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The gateway is stopping.");
        }
    }

    public override async Task<V1.GetCheckpointResponse> GetCheckpoint(V1.GetCheckpointRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        fields.Require(request.Size, request.Size >= 0, "size", "must not be negative; 0 asks for the latest.");
        fields.Check();
        return new V1.GetCheckpointResponse { Checkpoint = log.ToWire(await log.Checkpoint(request.Size, context.CancellationToken)) };
    }

    public override async Task<V1.GetInclusionProofResponse> GetInclusionProof(V1.GetInclusionProofRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var view = LogView.Of(context.Caller(), "", "", fields);
        var id = new EventId(fields.Uuid(request.EventId, "event_id"));
        fields.Require(request.Size, request.Size >= 0, "size", "must not be negative; 0 asks for the latest checkpoint.");
        fields.Check();
        var checkpoint = await log.Checkpoint(request.Size, context.CancellationToken);
        var (found, hashes) = await log.ProveInclusion(view, id, checkpoint.Size, context.CancellationToken);
        return new V1.GetInclusionProofResponse { Event = view.ToWire(found), Hashes = { hashes.Select(ByteString.CopyFrom) }, Checkpoint = log.ToWire(checkpoint) };
    }

    public override async Task<V1.GetConsistencyProofResponse> GetConsistencyProof(V1.GetConsistencyProofRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        fields.Require(request.FromSize, request.FromSize > 0, "from_size", "must be 1 or more.");
        fields.Require(request.ToSize, request.ToSize == 0 || request.ToSize >= request.FromSize, "to_size", "must be 0 for the latest checkpoint, or not less than from_size.");
        fields.Check();
        var from = await log.Checkpoint(request.FromSize, context.CancellationToken);
        var to = await log.Checkpoint(request.ToSize, context.CancellationToken);
        var hashes = await log.ProveConsistency(from.Size, to.Size, context.CancellationToken);
        return new V1.GetConsistencyProofResponse { Hashes = { hashes.Select(ByteString.CopyFrom) }, FromCheckpoint = log.ToWire(from), ToCheckpoint = log.ToWire(to) };
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
