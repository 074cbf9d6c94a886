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
    private const string _defaultLanguage = "en";
    private const int _longestName = 20;

    public override Task<V1.GetNoticeResponse> GetNotice(V1.GetNoticeRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        fields.Optional(request.Language, "language", _longestName, null, $"must be at most {_longestName} characters.");
        fields.Optional(request.Version, "version", _longestName, null, $"must be at most {_longestName} characters.");
        fields.Check();
        var language = request.Language.Length > 0 ? request.Language : _defaultLanguage;
        var version = request.Version.Length > 0 ? request.Version : notices.Current;
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
        var categories = request.Categories.Select(category => (DataCategory)(int)category).ToArray();
        fields.Require(
            categories, categories.Length > 0 && categories.Distinct().Count() == categories.Length && categories.All(ConsentRules.Shareable.Contains),
            "categories", $"must name one or more of {Fields.Names(ConsentRules.Shareable)}, each once.");
        var version = fields.Require(request.NoticeVersion, request.NoticeVersion.Length is > 0 and <= _longestName, "notice_version", "must name the notice that was shown.");
        var language = fields.Require(request.NoticeLanguage, request.NoticeLanguage.Length is > 0 and <= _longestName, "notice_language", "must name the language that it was shown in.");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<ConsentGiven>(
            new GiveConsent(
                caller.Issue(requestId), caller.MemberId(), partner, purpose, categories, version, language,
                notices.Cite(version, language), notices.Current),
            context.CancellationToken);
        return new V1.GiveConsentResponse { Consent = made.Consent.ToWire() };
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
            new WithdrawConsent(caller.Issue(requestId), caller.MemberId(), partner, purpose), context.CancellationToken);
        return new V1.WithdrawConsentResponse { Consent = made.Consent.ToWire() };
    }

    public override async Task<V1.ListConsentsResponse> ListConsents(V1.ListConsentsRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var fields = new Fields();
        var page = paging.Read(request.PageSize, request.PageToken, $"consents {member}", fields);
        fields.Check();
        var found = await reader.Consents(member, page.After, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => $"{row.PartnerId} {(int)row.Purpose}");
        return new V1.ListConsentsResponse { Consents = { rows.Select(row => row.ToWire()) }, NextPageToken = next };
    }
}
