using CoalitionGateway.Ledger.Notifications;
using System.Globalization;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Privacy;

internal sealed class PrivacyService(
    PersonalRecords records, CommandJournal journal, LedgerStore store, SealedProfiles profiles, Guardianship guardianship, Erasing erasing, PrivacyReader reader, AuditReader audit,
    Paging paging, NoticesInForce notices, ExportPlaces places, EndedCallers callers, GatewayOptions options,
    TimeProvider clock)
    : V1.PrivacyService.PrivacyServiceBase
{
    public override async Task StreamPersonalData(
        V1.StreamPersonalDataRequest request, IServerStreamWriter<V1.StreamPersonalDataResponse> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var isOfficers = caller.Kind == CallerKind.Officer;
        OnlyOthersAreNamed(isOfficers, request.MemberId);
        var member = isOfficers ? new MemberId(Guid.Parse(request.MemberId)) : caller.MemberId();
        if (isOfficers)
        {
            member = await audit.Identities(member, context.CancellationToken) is [var present, ..] ? present : throw new RefusedException(MemberRefusals.NoMember());
        }

        using var place = places.Take(caller);

        // The export is recorded first. If the record fails, no data is handed out.
        var made = await journal.Submit<AuditRead>(
            new RecordAuditRead(caller.NewContext(Guid.CreateVersion7()), nameof(StreamPersonalData), member, null));
        using var call = callers.Open(context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, call.Ended);
        try
        {
            var record = await records.Until(made.Id, member, ending.Token);
            var pieces = request.Format == V1.DocumentFormat.Json
                ? PersonalJson.Write(record, new LogView(member, null, isOfficers), made, notices, ending.Token)
                : PersonalPage.Write(record, made, notices, ending.Token);
            var eventId = made.Id.ToString();
            await foreach (var part in PersonalDocument.Parts(pieces, ending.Token))
            {
                await Send(new V1.StreamPersonalDataResponse { Chunk = ByteString.CopyFrom(part.Span), EventId = eventId }, responseStream, ending.Token);
                eventId = "";
            }
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested)
        {
            throw call.Refusal;
        }
    }

    /// <summary>Sends a part. A caller that does not read the part in time loses its place.</summary>
    private async Task Send(V1.StreamPersonalDataResponse part, IServerStreamWriter<V1.StreamPersonalDataResponse> stream, CancellationToken ending)
    {
        var seconds = options.Privacy.ExportPartSeconds;

        // Ends the wait but not the write: a cancelled write resets the stream, and the caller never learns the reason.
        var sent = stream.WriteAsync(part, CancellationToken.None);
        try
        {
            await sent.WaitAsync(TimeSpan.FromSeconds(seconds), clock, ending);
        }
        catch (TimeoutException)
        {
            _ = sent.ContinueWith(left => left.Exception, TaskScheduler.Default);
            throw ExportRefusals.NotTaken(seconds);
        }
    }

    public override async Task<V1.RectifyProfileResponse> RectifyProfile(V1.RectifyProfileRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var told = ProfileMapping.Read(request.Profile, caller.MemberId());
        var stored = await store.Read(rows => rows.Find(new Profile.Of(told.MemberId)), context.CancellationToken);
        var before = await profiles.Open(stored, context.CancellationToken);
        var made = await journal.Submit<ProfileRectified>(
            new RectifyProfile(caller.NewContext(request.RequestId), told.MemberId, told, await profiles.Seal(told, context.CancellationToken), ProfileMapping.Differences(before, told))
            {
                NeedsGuardianBelow = guardianship.NeedsGuardianFor(before, told),
                GuardianCodeHash = guardianship.Codes.HashOrNone(request.GuardianCode),
            });
        return new V1.RectifyProfileResponse { ChangedFields = { made.Fields }, EventId = made.Id.ToString() };
    }

    public override async Task<V1.RestrictProcessingResponse> RestrictProcessing(V1.RestrictProcessingRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<ProcessingRestricted>(
            new RestrictProcessing(caller.NewContext(request.RequestId), caller.MemberId(), (RestrictionGround)(int)request.Ground));
        return new V1.RestrictProcessingResponse { StartTime = made.Time.ToWire(), EventId = made.Id.ToString() };
    }

    public override async Task<V1.LiftRestrictionResponse> LiftRestriction(V1.LiftRestrictionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RestrictionLifted>(new LiftRestriction(caller.NewContext(request.RequestId), caller.MemberId()));
        return new V1.LiftRestrictionResponse { LiftTime = made.Time.ToWire(), EventId = made.Id.ToString() };
    }

    public override async Task<V1.EraseMemberResponse> EraseMember(V1.EraseMemberRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var isOperators = caller.Kind == CallerKind.Operator;
        OnlyOthersAreNamed(isOperators, request.MemberId);
        var member = isOperators ? new MemberId(Guid.Parse(request.MemberId)) : caller.MemberId();
        var made = await erasing.Erase(caller.NewContext(request.RequestId), member, request.SettlePoints);
        return made.ToWire(options.Privacy);
    }

    public override async Task<V1.PreviewErasureResponse> PreviewErasure(V1.PreviewErasureRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (erased, held) = await erasing.Preview(caller.NewContext(Guid.CreateVersion7()), caller.MemberId(), context.CancellationToken);
        return erased?.ToPreview(options.Privacy) ?? new V1.PreviewErasureResponse { HeldUntilTime = held?.ToWire() };
    }

    public override async Task<V1.ListDataAccessesResponse> ListDataAccesses(V1.ListDataAccessesRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var page = paging.Read(request.PageSize, request.PageToken, $"accesses {member}");
        long? before = page.After is null ? null : long.Parse(page.After, CultureInfo.InvariantCulture);
        var (rows, next) = paging.Cut(page, await reader.Accesses(member, before, page.Size + 1, context.CancellationToken), row => $"{row.LogIndex}");
        return new V1.ListDataAccessesResponse { Accesses = { rows.Select(row => row.Event.ToAccess()) }, NextPageToken = next };
    }

    public override async Task<V1.ListNotificationsResponse> ListNotifications(V1.ListNotificationsRequest request, ServerCallContext context)
    {
        var partner = context.Caller().PartnerId();
        var page = paging.Read(request.PageSize, request.PageToken, $"notifications {partner}");
        (DateTime Day, Guid Id)? after = page.After?.Split(' ') is [var day, var id]
            ? (Ledger.Clock.FromUnixMicroseconds(long.Parse(day, CultureInfo.InvariantCulture)), Guid.Parse(id))
            : null;
        var found = await reader.Notifications(partner, after, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{Ledger.Clock.ToUnixMicroseconds(row.Day)} {row.Id}");
        return new V1.ListNotificationsResponse { Notifications = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }

    public override async Task<V1.AcknowledgeNotificationResponse> AcknowledgeNotification(V1.AcknowledgeNotificationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = Guid.Parse(request.NotificationId);
        var made = await journal.Submit<NotificationAcknowledged>(
            new AcknowledgeNotification(caller.NewContext(request.RequestId), caller.PartnerId(), id));
        store.Scrub();
        return new V1.AcknowledgeNotificationResponse { AcknowledgeTime = made.Time.ToWire() };
    }

    /// <exception cref="InvalidFieldsException">A member names a member, or another caller names none.</exception>
    private static void OnlyOthersAreNamed(bool isOthers, string memberId) => InvalidFieldsException.Unless(
        (isOthers || memberId.Length == 0, "member_id", "must be empty: a member asks for themself."),
        (!isOthers || memberId.Length > 0, "member_id", "is missing; send a UUID."));
}
