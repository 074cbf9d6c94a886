using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Rpc;
using CoalitionGateway.Store;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Consents;

internal sealed class ConsentService(CommandJournal journal, ConsentReader reader, Notices notices, Paging paging)
    : V1.ConsentService.ConsentServiceBase
{
    private const int _longestName = 20;

    public override Task<V1.GetNoticeResponse> GetNotice(V1.GetNoticeRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        fields.Optional(request.Language, "language", _longestName, null, $"must be at most {_longestName} characters.");
        fields.Optional(request.Version, "version", _longestName, null, $"must be at most {_longestName} characters.");
        fields.Check();
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
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var partner = fields.Partner(request.PartnerId, "partner_id");
        var purpose = fields.Enum<Purpose>((int)request.Purpose, "purpose");
        var categories = Categories(request.Categories, fields);
        var (version, language) = Notice(request.NoticeVersion, request.NoticeLanguage, fields);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentEvent>(
            new GiveConsent(
                caller.Issue(requestId), caller.MemberId(), partner, purpose, categories, version, language,
                notices.Cite(version, language), notices.InForce),
            context.CancellationToken);
        return new V1.GiveConsentResponse { Consent = made.Consent.ToWire(notices.InForce) };
    }

    public override async Task<V1.RefuseConsentResponse> RefuseConsent(V1.RefuseConsentRequest request, ServerCallContext context) => new()
    {
        Consent = await Answer(
            request.RequestId, request.PartnerId, request.Purpose, request.NoticeVersion, request.NoticeLanguage, context,
            (issue, member, partner, purpose, version, language) =>
                new RefuseConsent(issue, member, partner, purpose, version, language, notices.Cite(version, language), notices.InForce)),
    };

    public override async Task<V1.DeferConsentResponse> DeferConsent(V1.DeferConsentRequest request, ServerCallContext context) => new()
    {
        Consent = await Answer(
            request.RequestId, request.PartnerId, request.Purpose, request.NoticeVersion, request.NoticeLanguage, context,
            (issue, member, partner, purpose, version, language) =>
                new DeferConsent(issue, member, partner, purpose, version, language, notices.Cite(version, language), notices.InForce)),
    };

    public override async Task<V1.RequestConsentResponse> RequestConsent(V1.RequestConsentRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var number = fields.MembershipNumber(request.MembershipNumber);
        var purpose = fields.Enum<Purpose>((int)request.Purpose, "purpose");
        var categories = Categories(request.Categories, fields);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            new RequestConsent(caller.Issue(requestId), caller.PartnerId(), number, purpose, categories, notices.ForRequests, notices.InForce),
            context.CancellationToken);
        return new V1.RequestConsentResponse { State = (V1.ConsentState)(int)made.State, ConsentEventId = made.Id.ToString() };
    }

    public override async Task<V1.RevokeConsentResponse> RevokeConsent(V1.RevokeConsentRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var number = fields.MembershipNumber(request.MembershipNumber);
        var purpose = fields.Enum<Purpose>((int)request.Purpose, "purpose");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            new RevokeConsent(caller.Issue(requestId), caller.PartnerId(), number, purpose, notices.ForRequests, notices.InForce), context.CancellationToken);
        return new V1.RevokeConsentResponse { State = (V1.ConsentState)(int)made.State, ConsentEventId = made.Id.ToString() };
    }

    public override async Task<V1.WithdrawConsentResponse> WithdrawConsent(V1.WithdrawConsentRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var partner = fields.Partner(request.PartnerId, "partner_id");
        var purpose = fields.Enum<Purpose>((int)request.Purpose, "purpose");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentWithdrawn>(
            new WithdrawConsent(caller.Issue(requestId), caller.MemberId(), partner, purpose, notices.InForce), context.CancellationToken);
        return new V1.WithdrawConsentResponse { Consent = made.Consent.ToWire(notices.InForce) };
    }

    public override async Task<V1.ListConsentsResponse> ListConsents(V1.ListConsentsRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var fields = new Fields();
        var page = paging.Read(request.PageSize, request.PageToken, $"consents {member}", fields);
        fields.Check();
        var found = await reader.Consents(member, page.After, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{row.PartnerId} {(int)row.Purpose}");
        return new V1.ListConsentsResponse { Consents = { rows.Select(row => row.ToWire(notices.InForce)) }, NextPageToken = next };
    }

    private async Task<V1.Consent> Answer(
        string request, string partnerId, V1.Purpose wanted, string noticeVersion, string noticeLanguage, ServerCallContext context,
        Func<Issue, MemberId, PartnerId, Purpose, string, string, AnswerConsent> command)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request);
        var partner = fields.Partner(partnerId, "partner_id");
        var purpose = fields.Enum<Purpose>((int)wanted, "purpose");
        var (version, language) = Notice(noticeVersion, noticeLanguage, fields);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentChanged>(
            command(caller.Issue(requestId), caller.MemberId(), partner, purpose, version, language), context.CancellationToken);
        return made.Consent.ToWire(notices.InForce);
    }

    private static DataCategory[] Categories(IEnumerable<V1.DataCategory> given, Fields fields)
    {
        var categories = given.Select(category => (DataCategory)(int)category).ToArray();
        return fields.Require(
            categories, categories.Length > 0 && categories.Distinct().Count() == categories.Length && categories.All(ConsentRules.Shareable.Contains),
            "categories", $"must name one or more of {Fields.Names(ConsentRules.Shareable)}, each once.");
    }

    private static (string Version, string Language) Notice(string version, string language, Fields fields) => (
        fields.Require(version, version.Length is > 0 and <= _longestName, "notice_version", "must name the notice that was shown."),
        fields.Require(language, language.Length is > 0 and <= _longestName, "notice_language", "must name the language that it was shown in."));
}
