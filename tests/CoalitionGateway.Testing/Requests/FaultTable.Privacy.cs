using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of requests about consents and of the audit calls.</summary>
internal static partial class FaultTable
{
    private static IEnumerable<Fault> Consents()
    {
        const string notice = "ConsentService/GetNotice", give = "ConsentService/GiveConsent", withdraw = "ConsentService/WithdrawConsent", list = "ConsentService/ListConsents";
        return
        [
            Invalid(notice, _member, "language", new string('x', 21)), Invalid(notice, _member, "version", new string('x', 21)),
            Refused(notice, _member, "language", "tlh", StatusCode.NotFound, "NOTICE_NOT_FOUND"), Refused(notice, _member, "version", "1999-01", StatusCode.NotFound, "NOTICE_NOT_FOUND"),
            .. RequestId(give, _member), .. Slug(give, _member, "partnerId"), Invalid(give, _member, "purpose", null), Invalid(give, _member, "purpose", 99),
            .. new[] { new JsonArray(), new JsonArray("DATA_CATEGORY_NONE"), new JsonArray("DATA_CATEGORY_BALANCE"), new JsonArray("DATA_CATEGORY_CONTACT", "DATA_CATEGORY_CONTACT"), new JsonArray(99) }
                .Select(categories => Invalid(give, _member, "categories", categories)),
            Invalid(give, _member, "noticeVersion", null), Invalid(give, _member, "noticeLanguage", null), Invalid(give, _member, "noticeLanguage", new string('x', 21)),
            Refused(give, _member, "partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            Refused(give, _member, "noticeVersion", "1999-01", StatusCode.NotFound, "NOTICE_NOT_FOUND"),
            Refused(give, _member, "noticeLanguage", "tlh", StatusCode.NotFound, "NOTICE_NOT_FOUND"),
            Refused(give, _member, "purpose", "PURPOSE_PROGRAMME_OPERATION", StatusCode.InvalidArgument, "CONSENT_NOT_NEEDED", "purpose"),
            .. RequestId(withdraw, _member), .. Slug(withdraw, _member, "partnerId"), Invalid(withdraw, _member, "purpose", null),
            Refused(withdraw, _member, "purpose", "PURPOSE_ANALYTICS", StatusCode.NotFound, "CONSENT_NOT_FOUND"),
            Refused(withdraw, _member, "partnerId", _unknown, StatusCode.NotFound, "CONSENT_NOT_FOUND"),
            .. Page(list, _member),
            .. new[] { "ConsentService/RefuseConsent", "ConsentService/DeferConsent" }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _member), .. Slug(method, _member, "partnerId"), Invalid(method, _member, "purpose", null),
                Invalid(method, _member, "noticeVersion", null), Invalid(method, _member, "noticeLanguage", new string('x', 21)),
                Refused(method, _member, "partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
                Refused(method, _member, "partnerId", "without-programme", StatusCode.FailedPrecondition, "PURPOSE_NOT_AGREED"),
                Refused(method, _member, "noticeVersion", "1999-01", StatusCode.NotFound, "NOTICE_NOT_FOUND"),
                Refused(method, _member, "purpose", "PURPOSE_PROGRAMME_OPERATION", StatusCode.InvalidArgument, "CONSENT_NOT_NEEDED", "purpose"),
            ]),
            Refused("ConsentService/DeferConsent", _member, "purpose", "PURPOSE_CUSTOMER_SUPPORT", StatusCode.NotFound, "CONSENT_NOT_FOUND"),
            Refused(give, _member, "partnerId", "without-programme", StatusCode.FailedPrecondition, "PURPOSE_NOT_AGREED"),
            .. new[] { "ConsentService/RequestConsent", "ConsentService/RevokeConsent" }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _partner), .. Number(method, _partner), Invalid(method, _partner, "purpose", null),
                NotFound(method, _unknown), NotFound(method, "{strangersNumber}"),
            ]),
            Invalid("ConsentService/RequestConsent", _partner, "categories", new JsonArray()),
            Invalid("ConsentService/RequestConsent", _partner, "categories", new JsonArray("DATA_CATEGORY_BALANCE")),
            Refused("ConsentService/RequestConsent", _partner, "purpose", "PURPOSE_PROGRAMME_OPERATION", StatusCode.InvalidArgument, "CONSENT_NOT_NEEDED", "purpose"),
            Refused("ConsentService/RevokeConsent", _partner, "purpose", "PURPOSE_ANALYTICS", StatusCode.NotFound, "CONSENT_NOT_FOUND"),
        ];
    }

    private static IEnumerable<Fault> Audit() =>
    [
        Invalid("AuditService/GetVisibility", _officer, "membershipNumber", null) with { Field = "programme_id" }, Invalid("AuditService/GetVisibility", _officer, "memberId", "1"),
        Invalid("AuditService/GetVisibility", _officer, "memberId", UnknownId) with { Field = "membership_number" }, Invalid("AuditService/GetVisibility", _officer, "time", "1999-12-31T23:59:59Z"),
        .. Page("AuditService/ListConsentsOnNotice", _officer), Invalid("AuditService/ListConsentsOnNotice", _officer, "noticeVersion", null),
        Invalid("AuditService/ListConsentsOnNotice", _officer, "noticeLanguage", new string('x', 21)),
        Invalid("AuditService/ListDisclosures", _officer, "fromTime", "1999-12-31T23:59:59Z"), Invalid("AuditService/ListDisclosures", _officer, "toTime", "1999-12-31T23:59:59Z"),
        .. Page("AuditService/ListEvents", _officer), Invalid("AuditService/ListEvents", _officer, "memberId", "1"), Invalid("AuditService/ListEvents", _officer, "partnerId", "Upper"),
        Invalid("AuditService/WatchEvents", _member, "fromLogIndex", "-1"),
        Invalid("AuditService/GetCheckpoint", _member, "size", "-1"), Refused("AuditService/GetCheckpoint", _member, "size", "9223372036854775807", StatusCode.NotFound, "CHECKPOINT_NOT_FOUND"),
        Invalid("AuditService/GetInclusionProof", _member, "eventId", null), Invalid("AuditService/GetInclusionProof", _member, "eventId", "1"), Invalid("AuditService/GetInclusionProof", _member, "size", "-1"),
        Refused("AuditService/GetInclusionProof", _member, "eventId", UnknownId, StatusCode.NotFound, "EVENT_NOT_FOUND"),
        Refused("AuditService/GetInclusionProof", _member, "size", "9223372036854775807", StatusCode.NotFound, "CHECKPOINT_NOT_FOUND"),
        Invalid("AuditService/GetConsistencyProof", _member, "fromSize", null), Invalid("AuditService/GetConsistencyProof", _member, "fromSize", "-1"),
        Invalid("AuditService/GetConsistencyProof", _member, "toSize", "-1"), Refused("AuditService/GetConsistencyProof", _member, "fromSize", "9223372036854775807", StatusCode.NotFound, "CHECKPOINT_NOT_FOUND"),

        Invalid("AuditService/FindMember", _officer, "reason", null), Invalid("AuditService/FindMember", _officer, "reason", 99),
        Invalid("AuditService/FindMember", _officer, "membershipNumber", null) with { Field = "programme_id" }, Invalid("AuditService/FindMember", _officer, "memberId", "1"),
        .. new[] { "AuditService/FindMember", "AuditService/GetVisibility", "AuditService/ListConsentEvents", "AuditService/ListDisclosures" }.Select(method =>
            Refused(method, _officer, "membershipNumber", _unknown, StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND")),
        .. new[] { "AuditService/ListConsentEvents", "AuditService/ListDisclosures" }.SelectMany(method => (Fault[])
        [
            .. Page(method, _officer), Invalid(method, _officer, "partnerId", "Upper"), Invalid(method, _officer, "programmeId", null),
            Invalid(method, _officer, "membershipNumber", "white space"), Invalid(method, _officer, "membershipNumber", null) with { Field = "programme_id" },
            Invalid(method, _officer, "memberId", "1"), Invalid(method, _officer, "memberId", UnknownId) with { Field = "membership_number" },
        ]),
        Invalid("PrivacyService/StreamPersonalData", _member, "format", null), Invalid("PrivacyService/StreamPersonalData", _member, "format", 99),
        Invalid("PrivacyService/StreamPersonalData", _member, "memberId", UnknownId),
        new("AuditService/GetLedgerSummary", _officer, "bytes that are no message", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", null),
    ];
}
