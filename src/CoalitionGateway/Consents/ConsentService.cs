using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Consents;

internal sealed class ConsentService(
    CommandJournal journal, LedgerStore store, ConsentReader reader, ConsentReceipts receipts, Guardianship guardianship, Notices notices, Paging paging,
    TimeProvider clock)
    : V1.ConsentService.ConsentServiceBase
{
    private static readonly string _needsCategories = $"must name one or more of {ContractNames.Of(ConsentRules.Shareable)}, each once.";
    private static readonly TimeSpan _oldestAct = TimeSpan.FromDays(30);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    public override Task<V1.GetNoticeResponse> GetNotice(V1.GetNoticeRequest request, ServerCallContext context)
    {
        var language = request.Language.Length > 0 ? request.Language : Notices.DefaultLanguage;
        var version = request.Version.Length > 0 ? request.Version : notices.InForce.Current;
        return notices.Find(version, language) is var (text, sha256)
            ? Task.FromResult(new V1.GetNoticeResponse
            {
                Notice = new V1.Notice { Version = version, Language = language, Text = text, TextSha256 = ByteString.CopyFrom(sha256) },
            })
            : throw new RefusedException(
                new Refusal(RefusalReason.NoticeNotFound, $"There is no notice {version} in {language}.", "language")
                    .With("languages", string.Join(',', notices.Languages)).With("versions", string.Join(',', notices.Versions)));
    }

    public override async Task<V1.GiveConsentResponse> GiveConsent(V1.GiveConsentRequest request, ServerCallContext context)
    {
        var categories = Categories(request.Categories);
        var (version, language) = (request.NoticeVersion, request.NoticeLanguage);
        var act = Act(request.Context);
        var caller = context.Caller();
        var needed = await guardianship.NeedsGuardianBelow(caller.MemberId(), act?.Jurisdiction ?? "", context.CancellationToken);
        var made = await journal.Submit<ConsentEvent>(
            new GiveConsent(
                caller.NewContext(request.RequestId), caller.MemberId(), new PartnerId(request.PartnerId), (Purpose)(int)request.Purpose, categories, version, language,
                notices.Cite(version, language), notices.InForce)
            {
                Act = act,
                NeedsGuardianBelow = needed,
                GuardianCodeHash = guardianship.Codes.HashOrNone(request.GuardianCode),
            });
        return new V1.GiveConsentResponse { Consent = made.Consent.ToWire(notices.InForce, Now) };
    }

    public override async Task<V1.CreateGuardianCodeResponse> CreateGuardianCode(V1.CreateGuardianCodeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var code = guardianship.Codes.Make(caller.ToString(), Guid.Parse(request.RequestId));
        var age = await guardianship.Age(caller.MemberId(), context.CancellationToken);
        var made = await journal.Submit<GuardianCodeCreated>(
            new CreateGuardianCode(caller.NewContext(request.RequestId), caller.MemberId(), Convert.ToHexStringLower(guardianship.Codes.Hash(code)), age));
        return new V1.CreateGuardianCodeResponse { GuardianCode = code, ExpireTime = made.ExpireTime.ToWire() };
    }

    public override async Task<V1.RefuseConsentResponse> RefuseConsent(V1.RefuseConsentRequest request, ServerCallContext context) => new()
    {
        Consent = await Answer(
            request.RequestId, request.PartnerId, request.Purpose, request.NoticeVersion, request.NoticeLanguage, request.Context, context,
            (issue, member, partner, purpose, version, language) =>
                new RefuseConsent(issue, member, partner, purpose, version, language, notices.Cite(version, language), notices.InForce)),
    };

    public override async Task<V1.DeferConsentResponse> DeferConsent(V1.DeferConsentRequest request, ServerCallContext context) => new()
    {
        Consent = await Answer(
            request.RequestId, request.PartnerId, request.Purpose, request.NoticeVersion, request.NoticeLanguage, request.Context, context,
            (issue, member, partner, purpose, version, language) =>
                new DeferConsent(issue, member, partner, purpose, version, language, notices.Cite(version, language), notices.InForce)),
    };

    public override async Task<V1.RequestConsentResponse> RequestConsent(V1.RequestConsentRequest request, ServerCallContext context)
    {
        var categories = Categories(request.Categories);
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            new RequestConsent(caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, (Purpose)(int)request.Purpose, categories, notices.ForRequests, notices.InForce));
        return new V1.RequestConsentResponse { State = (V1.ConsentState)(int)made.State, ConsentEventId = made.Id.ToString() };
    }

    public override async Task<V1.RevokeConsentResponse> RevokeConsent(V1.RevokeConsentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            new RevokeConsent(caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, (Purpose)(int)request.Purpose, notices.ForRequests, notices.InForce));
        return new V1.RevokeConsentResponse { State = (V1.ConsentState)(int)made.State, ConsentEventId = made.Id.ToString() };
    }

    public override async Task<V1.WithdrawConsentResponse> WithdrawConsent(V1.WithdrawConsentRequest request, ServerCallContext context)
    {
        var act = Act(request.Context);
        var caller = context.Caller();
        var made = await journal.Submit<ConsentWithdrawn>(
            new WithdrawConsent(caller.NewContext(request.RequestId), caller.MemberId(), new PartnerId(request.PartnerId), (Purpose)(int)request.Purpose, notices.InForce) { Act = act });
        return new V1.WithdrawConsentResponse { Consent = made.Consent.ToWire(notices.InForce, Now) };
    }

    public override async Task<V1.ListConsentsResponse> ListConsents(V1.ListConsentsRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var page = paging.Read(request.PageSize, request.PageToken, $"consents {member}");
        var found = await reader.Consents(member, page.After, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{row.PartnerId} {(int)row.Purpose}");
        return new V1.ListConsentsResponse { Consents = { rows.Select(row => row.ToWire(notices.InForce, Now)) }, NextPageToken = next };
    }

    public override async Task<V1.RefuseSharingResponse> RefuseSharing(V1.RefuseSharingRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (made, followUps) = await journal.SubmitWhole<SharingRefused>(new RefuseSharing(caller.NewContext(request.RequestId), caller.MemberId(), (RefusalSignal)(int)request.Signal, notices.InForce));
        return new V1.RefuseSharingResponse
        {
            RefuseTime = made.Time.ToWire(), EventId = made.Id.ToString(),
            Ended = { followUps.Cast<ConsentWithdrawn>().Select(ended => ended.Consent.ToWire(notices.InForce, made.Time)) },
        };
    }

    public override async Task<V1.GetConsentReceiptResponse> GetConsentReceipt(V1.GetConsentReceiptRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = new EventId(Guid.Parse(request.ConsentEventId));
        var (stored, partner) = await store.Read(
            rows =>
            {
                var stored = rows.Find(new StoredEvent.Of(id));
                return (stored, stored?.PartnerId is { } partner ? rows.Find(new Partner.Of(partner)) : null);
            },
            context.CancellationToken);
        if (stored is null || EventCodec.Decode(stored.Body) is not ConsentEvent made || (caller.Kind == CallerKind.Member && made.MemberId != caller.MemberId()))
        {
            throw new RefusedException(
                new Refusal(RefusalReason.EventNotFound, "You have no such event of a consent; ListConsents shows yours.", "consent_event_id").With("event_id", id.ToString()));
        }

        if (caller.Kind == CallerKind.Officer)
        {
            await journal.Submit<AuditRead>(new RecordAuditRead(caller.NewContext(Guid.CreateVersion7()), nameof(GetConsentReceipt), made.MemberId, null));
        }

        return new V1.GetConsentReceiptResponse { Receipt = receipts.Sign(made, partner!.DisplayName) };
    }

    private async Task<V1.Consent> Answer(
        string request, string partnerId, V1.Purpose wanted, string noticeVersion, string noticeLanguage, V1.ConsentContext? how,
        ServerCallContext context, Func<CommandContext, MemberId, PartnerId, Purpose, string, string, AnswerConsent> command)
    {
        var partner = new PartnerId(partnerId);
        var purpose = (Purpose)(int)wanted;
        var act = Act(how);
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            command(caller.NewContext(request), caller.MemberId(), partner, purpose, noticeVersion, noticeLanguage) with { Action = act });
        return made.Consent.ToWire(notices.InForce, Now);
    }

    /// <summary>How and when the member acted. Null: this call is the act.</summary>
    private ConsentAction? Act(V1.ConsentContext? context)
    {
        if (context is null)
        {
            return null;
        }

        var (time, now) = (context.ActTime?.ToTime(), clock.GetUtcNow().UtcDateTime);
        InvalidFieldsException.Unless(
            (time is null || time <= now, "context.act_time", "must not be in the future; leave it out if the member acts now."),
            (time is null || time >= now - _oldestAct, "context.act_time", $"must not be more than {_oldestAct.TotalDays:0} days ago."));
        return new ConsentAction(context.Channel == V1.ConsentChannel.Unspecified ? "api" : context.Channel.ToString().ToLowerInvariant(), context.Jurisdiction, time);
    }

    private static DataCategory[] Categories(IEnumerable<V1.DataCategory> given)
    {
        DataCategory[] categories = [.. given.Select(category => (DataCategory)(int)category)];
        InvalidFieldsException.Unless(
            (categories.All(ConsentRules.Shareable.Contains), "categories", _needsCategories));
        return categories;
    }
}
