using CoalitionGateway.Ledger;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of requests about members' rights and of the compliance officer's calls.</summary>
internal static partial class FaultTable
{
    // Not JSON, not a set, no key, another curve, a short key, a symmetric key, a private key.
    private static readonly string[] _badKeys =
    [
        "", "keys", "[]", "{}", """{"keys":{}}""", """{"keys":[]}""", """{"keys":[1]}""", """{"keys":[{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}]}""",
        """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}""", """{"keys":[{"kty":"oct","k":"AAAA"}]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"AA"}]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","x5c":["AA=="]}]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}""",
    ];

    private static IEnumerable<Fault> Rights()
    {
        const string rectify = "PrivacyService/RectifyProfile", restrict = "PrivacyService/RestrictProcessing", erase = "PrivacyService/EraseMember";
        const string acknowledge = "PrivacyService/AcknowledgeNotification", refuse = "ConsentService/RefuseSharing", receipt = "ConsentService/GetConsentReceipt";
        const string closing = "ProgrammeService/PublishClosingRule";
        return
        [
            .. RequestId(rectify, _member), Invalid(rectify, _member, "profile.email", "no address"), Invalid(rectify, _member, "profile.birthDate", "1990-02-30"),
            Invalid(rectify, _member, "profile.countryCode", "se"), Invalid(rectify, _member, "profile.phoneNumber", "070"),
            Invalid(rectify, _member, "guardianCode", "short"), Refused(rectify, _member, "guardianCode", "ABCDEFGHJKLM", StatusCode.PermissionDenied, "GUARDIAN_CODE_INVALID"),
            .. RequestId("ConsentService/CreateGuardianCode", _member),
            new("ConsentService/CreateGuardianCode", _member, "nobody knows the age", _ => { }, StatusCode.FailedPrecondition, "GUARDIAN_NOT_ADULT", null),
            Invalid("ConsentService/GiveConsent", _member, "guardianCode", "short"), Refused("ConsentService/GiveConsent", _member, "guardianCode", "ABCDEFGHJKLM", StatusCode.PermissionDenied, "GUARDIAN_CODE_INVALID"),
            Invalid("ConsentService/GiveConsent", _member, "context", new System.Text.Json.Nodes.JsonObject { ["jurisdiction"] = "se" }) with { Field = "context.jurisdiction" },
            Invalid("ConsentService/WithdrawConsent", _member, "context", new System.Text.Json.Nodes.JsonObject { ["channel"] = 99 }) with { Field = "context.channel" },
            Invalid("ConsentService/RefuseConsent", _member, "context", new System.Text.Json.Nodes.JsonObject { ["actTime"] = "2026-01-02T03:04:05Z" }) with { Field = "context.act_time" },
            .. RequestId(restrict, _member), Invalid(restrict, _member, "ground", null), Invalid(restrict, _member, "ground", 9),
            new("PrivacyService/PreviewErasure", _member, "bytes that are no message", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", null),
            .. RequestId("PrivacyService/LiftRestriction", _member),
            new("PrivacyService/LiftRestriction", _member, "nothing to lift", _ => { }, StatusCode.FailedPrecondition, "RESTRICTION_NOT_FOUND", null),
            .. RequestId(erase, _operator), .. Uuid(erase, _operator, "memberId"), Refused(erase, _operator, "memberId", UnknownId, StatusCode.NotFound, "MEMBER_NOT_FOUND"),
            new(erase, _member, "a member names a member", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", "member_id"),
            Refused(erase, _operator, "memberId", "{memberId}", StatusCode.FailedPrecondition, "ERASURE_HELD"),
            Refused(erase, _operator, "settlePoints", false, StatusCode.FailedPrecondition, "POINTS_REMAIN"),
            .. Page("PrivacyService/ListNotifications", _partner), .. Page("PrivacyService/ListDataAccesses", _member),
            .. RequestId(acknowledge, _partner), .. Uuid(acknowledge, _partner, "notificationId"),
            Refused(acknowledge, _partner, "notificationId", UnknownId, StatusCode.NotFound, "NOTIFICATION_NOT_FOUND"),
            .. RequestId(refuse, _member), Invalid(refuse, _member, "signal", null), Invalid(refuse, _member, "signal", 9),
            .. Uuid(receipt, _member, "consentEventId"), Refused(receipt, _member, "consentEventId", UnknownId, StatusCode.NotFound, "EVENT_NOT_FOUND"),
            Refused(receipt, _member, "consentEventId", "{event}", StatusCode.NotFound, "EVENT_NOT_FOUND"),
            .. RequestId(closing, _operator), .. Slug(closing, _operator, "programmeId"), Invalid(closing, _operator, "heirMembershipNumber", "white space"),
            Refused(closing, _operator, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(closing, _operator, "heirMembershipNumber", _unknown, StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND"),
        ];
    }

    private static IEnumerable<Fault> Compliance()
    {
        const string open = "ComplianceService/OpenRequest", extend = "ComplianceService/ExtendRequest", close = "ComplianceService/CloseRequest";
        const string place = "ComplianceService/PlaceHold", release = "ComplianceService/ReleaseHold";
        const string report = "ComplianceService/ReportBreach", told = "ComplianceService/CloseBreach";
        return
        [
            .. RequestId(open, _officer), .. Uuid(open, _officer, "memberId"), Invalid(open, _officer, "right", null), Invalid(open, _officer, "right", 9), .. Time(open, _officer, "receiveTime"),
            .. RequestId(extend, _officer), .. Uuid(extend, _officer, "dataRequestId"), Invalid(extend, _officer, "reason", null),
            Refused(extend, _officer, "dataRequestId", UnknownId, StatusCode.NotFound, "REQUEST_NOT_FOUND"),
            Refused(extend, _officer, "dataRequestId", "{closedRequest}", StatusCode.FailedPrecondition, "REQUEST_CLOSED"),
            Refused(extend, _officer, "dataRequestId", "{overdueRequest}", StatusCode.FailedPrecondition, "REQUEST_EXTENDED"),
            .. RequestId(close, _officer), .. Uuid(close, _officer, "dataRequestId"), Invalid(close, _officer, "outcome", null), Invalid(close, _officer, "outcome", 9),
            Refused(close, _officer, "dataRequestId", UnknownId, StatusCode.NotFound, "REQUEST_NOT_FOUND"),
            Refused(close, _officer, "dataRequestId", "{closedRequest}", StatusCode.FailedPrecondition, "REQUEST_CLOSED"),
            .. Page("ComplianceService/ListRequests", _officer), Invalid("ComplianceService/ListRequests", _officer, "memberId", "1"),
            .. RequestId(place, _officer), .. Uuid(place, _officer, "memberId"), Invalid(place, _officer, "ground", null), Invalid(place, _officer, "untilTime", null),
            Invalid(place, _officer, "untilTime", "2026-01-02T03:04:05Z"), Invalid(place, _officer, "untilTime", "2099-01-02T03:04:05Z"),
            Refused(place, _officer, "memberId", UnknownId, StatusCode.NotFound, "MEMBER_NOT_FOUND"),
            .. RequestId(release, _officer), .. Uuid(release, _officer, "holdId"), Refused(release, _officer, "holdId", UnknownId, StatusCode.NotFound, "HOLD_NOT_FOUND"),
            .. Page("ComplianceService/ListHolds", _officer), Invalid("ComplianceService/ListHolds", _officer, "memberId", "1"),
            .. RequestId(report, _officer), Invalid(report, _officer, "partnerId", "Upper"), .. Time(report, _officer, "fromTime"), .. Time(report, _officer, "toTime"), .. Time(report, _officer, "awareTime"),
            Invalid(report, _officer, "toTime", "2026-01-02T03:04:05Z"), Refused(report, _officer, "partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            .. RequestId(told, _officer), .. Uuid(told, _officer, "breachId"), .. Time(told, _officer, "notifyTime"),
            Refused(told, _officer, "breachId", UnknownId, StatusCode.NotFound, "BREACH_NOT_FOUND"),
            Refused(told, _officer, "breachId", "{closedBreach}", StatusCode.FailedPrecondition, "BREACH_CLOSED"),
            .. Page("ComplianceService/ListBreaches", _officer), .. Page("ComplianceService/ListRetentionDue", _officer),
            new("ComplianceService/GetProcessingRecord", _officer, "bytes that are no message", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", null),
        ];
    }
}
