using CoalitionGateway.Ledger.Privacy;
using System.Globalization;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Audit;

internal sealed class AuditService(
    AuditReader reader, MemberReader members, AuditLog log, OfficersReading reading, Paging paging, OpenStreams streams, NoticesInForce notices,
    TimeProvider clock, EndedCallers callers)
    : V1.AuditService.AuditServiceBase
{
    public override async Task<V1.ListConsentEventsResponse> ListConsentEvents(V1.ListConsentEventsRequest request, ServerCallContext context)
    {
        var (rows, next) = await List(
            LedgerContext.ConsentKinds, request.MemberId, request.MembershipNumber, request.ProgrammeId,
            request.PartnerId, request.PageSize, request.PageToken, null, null, context);
        return new V1.ListConsentEventsResponse { Events = { rows.Cast<ConsentEvent>().Select(made => made.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.ListDisclosuresResponse> ListDisclosures(V1.ListDisclosuresRequest request, ServerCallContext context)
    {
        var (rows, next) = await List(
            [EventKind.Of<MemberDisclosed>()], request.MemberId, request.MembershipNumber, request.ProgrammeId,
            request.PartnerId, request.PageSize, request.PageToken, request.FromTime, request.ToTime, context);
        return new V1.ListDisclosuresResponse { Disclosures = { rows.Cast<MemberDisclosed>().Select(made => made.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.GetVisibilityResponse> GetVisibility(V1.GetVisibilityRequest request, ServerCallContext context)
    {
        var subject = Subject.Read(request.MemberId, request.MembershipNumber, request.ProgrammeId, isNeeded: true);
        var time = request.Time is null ? clock.GetUtcNow().UtcDateTime : request.Time.ToTime();
        var asked = await subject.Members(reader, context.CancellationToken) ?? [];
        await reading.RecordEach(context, asked, null);
        var consents = await reader.EventsUntil(LedgerContext.ConsentKinds, asked, time, context.CancellationToken);
        var agreed = await reader.EventsUntil([EventKind.Of<PurposesAgreed>()], null, time, context.CancellationToken);
        var restricted = await reader.EventsUntil([EventKind.Of<ProcessingRestricted>(), EventKind.Of<RestrictionLifted>()], asked, time, context.CancellationToken);
        return new V1.GetVisibilityResponse { Visible = { AuditMapping.Visible(consents.Cast<ConsentEvent>(), agreed.Cast<PurposesAgreed>(), restricted, await reader.NoticesAt(notices, time, context.CancellationToken), time) } };
    }

    public override async Task<V1.FindMemberResponse> FindMember(V1.FindMemberRequest request, ServerCallContext context)
    {
        var subject = Subject.Read(request.MemberId, request.MembershipNumber, request.ProgrammeId, isNeeded: true);
        var held = await subject.Members(reader, context.CancellationToken) ?? [];
        var known = await reader.Identities(held[0], context.CancellationToken);
        await reading.RecordEach(context, known, null, request.Reason.ToString().ToLowerInvariant());
        var response = new V1.FindMemberResponse { MemberId = known[0].ToString(), FormerMemberIds = { known.Skip(1).Select(former => former.ToString()) } };
        response.Memberships.AddRange((await members.Memberships(known[0], context.CancellationToken))
            .Select(found => found.ToWire()));
        response.EraseTime = (await reader.Erasure(known[0], context.CancellationToken))?.EraseTime.ToWire();
        return response;
    }

    public override async Task<V1.ListConsentsOnNoticeResponse> ListConsentsOnNotice(V1.ListConsentsOnNoticeRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, $"on notice {request.NoticeVersion} {request.NoticeLanguage}");
        if (!await reader.HasNotice(request.NoticeVersion, context.CancellationToken))
        {
            throw new RefusedException(ConsentRefusals.NoticeNotFound(request.NoticeVersion, notices));
        }

        await reading.Record(context, null, null);
        (MemberId, string, Purpose)? after = page.After?.Split(' ') is [var member, var partner, var purpose]
            ? (new MemberId(Guid.Parse(member)), partner, (Purpose)int.Parse(purpose))
            : null;
        var found = await reader.ConsentsOn(request.NoticeVersion, request.NoticeLanguage, after, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{row.MemberId} {row.PartnerId} {(int)row.Purpose}");
        return new V1.ListConsentsOnNoticeResponse
        {
            Consents = { rows.Select(row => new V1.MembersConsent { MemberId = row.MemberId.ToString(), Consent = row.ToWire(notices, clock.GetUtcNow().UtcDateTime) }) },
            NextPageToken = next,
        };
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
            RedeemedPoints = programme.RedeemedPoints,
            SumPoints = programme.SumPoints,
        }));
        return response;
    }

    public override async Task<V1.ListEventsResponse> ListEvents(V1.ListEventsRequest request, ServerCallContext context)
    {
        var view = LogView.Of(context.Caller(), request.MemberId, request.PartnerId);
        var page = paging.Read(request.PageSize, request.PageToken, $"events {context.Caller()} {request.MemberId} {request.PartnerId}");
        if (view is { IsOfficers: true, MemberId: { } member } && (await reader.Identities(member, context.CancellationToken)).Count == 0)
        {
            throw new RefusedException(MemberRefusals.NoMember());
        }

        await Confirm(request.PartnerId.Length > 0 ? view.PartnerId : null, context.CancellationToken);
        await reading.Record(context, view.MemberId, view.PartnerId);
        var from = page.After is null ? 0 : long.Parse(page.After) + 1;
        var (rows, next) = paging.Cut(page, await log.Entries(view, from, page.Size + 1, context.CancellationToken), found => $"{found.LogIndex}");
        return new V1.ListEventsResponse { Events = { rows.Select(row => row.ToWire(view)) }, NextPageToken = next };
    }

    public override async Task WatchEvents(
        V1.WatchEventsRequest request, IServerStreamWriter<V1.WatchEventsResponse> responseStream, ServerCallContext context)
    {
        var view = LogView.Of(context.Caller());
        await reading.Record(context, null, null);
        using var call = callers.Open(context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(streams.Stopping, context.CancellationToken, call.Ended);
        try
        {
            await foreach (var found in log.Watch(view, request.FromLogIndex, ending.Token))
            {
                await responseStream.WriteAsync(new V1.WatchEventsResponse { Event = found.ToWire(view) }, ending.Token);
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

    public override async Task<V1.GetCheckpointResponse> GetCheckpoint(V1.GetCheckpointRequest request, ServerCallContext context)
    {
        return new V1.GetCheckpointResponse { Checkpoint = (await log.Checkpoint(request.Size, context.CancellationToken)).ToWire(log.VerifierKey) };
    }

    public override async Task<V1.GetInclusionProofResponse> GetInclusionProof(V1.GetInclusionProofRequest request, ServerCallContext context)
    {
        var view = LogView.Of(context.Caller());
        var id = new EventId(Guid.Parse(request.EventId));
        var checkpoint = await log.Checkpoint(request.Size, context.CancellationToken);
        var (found, hashes) = await log.ProveInclusion(view, id, checkpoint.Size, context.CancellationToken);
        await reading.Record(context, found.Event.Subject, null);
        return new V1.GetInclusionProofResponse { Event = found.ToWire(view), Hashes = { hashes.Select(ByteString.CopyFrom) }, Checkpoint = checkpoint.ToWire(log.VerifierKey) };
    }

    public override async Task<V1.GetConsistencyProofResponse> GetConsistencyProof(V1.GetConsistencyProofRequest request, ServerCallContext context)
    {
        InvalidFieldsException.Unless((request.ToSize == 0 || request.ToSize >= request.FromSize, "to_size", "must be 0 for the latest checkpoint, or not less than from_size."));
        var to = await log.Checkpoint(request.ToSize, context.CancellationToken, "to_size");
        var hashes = to.Size >= request.FromSize
            ? await log.ProveConsistency(request.FromSize, to.Size, context.CancellationToken)
            : throw AuditLog.NoCheckpoint(request.FromSize, to.Size, "from_size");
        return new V1.GetConsistencyProofResponse { Hashes = { hashes.Select(ByteString.CopyFrom) }, ToCheckpoint = to.ToWire(log.VerifierKey) };
    }

    /// <summary>Refuses the id of an unknown partner. An empty answer would look as if nothing had happened.</summary>
    private async Task Confirm(PartnerId? partner, CancellationToken cancellation)
    {
        if (partner is { } named && !await reader.Has(named, cancellation))
        {
            throw new RefusedException(ProgrammeRefusals.PartnerNotFound(named, "partner_id"));
        }
    }

    private async Task<(IReadOnlyList<Event> Rows, string Next)> List(
        EventKind[] kinds, string memberId, string number, string programmeId, string partnerId, int size, string token,
        Timestamp? fromTime, Timestamp? toTime, ServerCallContext context)
    {
        var subject = Subject.Read(memberId, number, programmeId);
        PartnerId? partner = partnerId.Length == 0 ? null : new PartnerId(partnerId);
        var (from, to) = (fromTime?.ToTime(), toTime?.ToTime());
        InvalidFieldsException.Unless((from is null || to is null || from < to, "to_time", "must be later than from_time."));
        var page = paging.Read(size, token, $"{string.Join(',', kinds)} {memberId} {number} {programmeId} {partnerId} {from:O} {to:O}");
        var asked = await subject.Members(reader, context.CancellationToken);
        await Confirm(partner, context.CancellationToken);
        await reading.RecordEach(context, asked, partner);
        long? after = page.After is null ? null : long.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await reader.Events(kinds, asked, partner, after, page.Size + 1, context.CancellationToken, from, to);
        var (rows, next) = paging.Cut(page, found, row => $"{row.LogIndex}");
        return ([.. rows.Select(row => row.Event)], next);
    }
}
