using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>For every method a valid request, as JSON, and all its faults.</summary>
internal static partial class FaultTable
{
    private const CallerKind _partner = CallerKind.Partner;
    private const CallerKind _member = CallerKind.Member;
    private const CallerKind _officer = CallerKind.Officer;
    private const CallerKind _operator = CallerKind.Operator;
    private const string _unknown = "nobody-has-this";

    /// <summary>Requests that succeed, with {placeholders} for values of the test coalition.</summary>
    public static readonly IReadOnlyDictionary<string, (CallerKind Caller, string Json)> Valid = new Dictionary<string, (CallerKind, string)>
    {
        ["ProposalService/ListProposals"] = (_operator, "{}"),
        ["ProposalService/ApproveProposal"] = (_operator, """{"requestId":"{id}","proposalId":"{proposal}"}"""),
        ["ProposalService/DeclineProposal"] = (_operator, """{"requestId":"{id}","proposalId":"{declinable}"}"""),
        ["PeopleService/InvitePerson"] = (_operator, """{"requestId":"{id}","person":{"personId":"{slug}","kind":"CALLER_KIND_OPERATOR","roles":["PERSON_ROLE_READ","PERSON_ROLE_PUBLISH"]}}"""),
        ["PeopleService/ChangeRoles"] = (_operator, """{"requestId":"{id}","personId":"officer-two","roles":["PERSON_ROLE_READ"]}"""),
        ["PeopleService/RenewPerson"] = (_operator, """{"requestId":"{id}","personId":"officer-two"}"""),
        ["PeopleService/RemovePerson"] = (_operator, """{"requestId":"{id}","personId":"officer-two"}"""),
        ["PeopleService/ListPeople"] = (_operator, "{}"),
        ["ProgrammeService/ListProgrammes"] = (_partner, "{}"),
        ["ProgrammeService/GetProgramme"] = (_partner, """{"programmeId":"alpha-points"}"""),
        ["ProgrammeService/ListAgreements"] = (_partner, """{"programmeId":"alpha-points"}"""),
        ["ProgrammeService/ListRoutes"] = (_partner, "{}"),
        ["ProgrammeService/ListPartners"] = (_partner, "{}"),
        ["ProgrammeService/RegisterPartner"] = (_operator, """{"requestId":"{id}","partner":{"partnerId":"{slug}","displayName":"New"},"scopes":["earning.write"]}"""),
        ["ProgrammeService/CreateProgramme"] = (_operator, """{"requestId":"{id}","programme":{"programmeId":"{slug}","partnerId":"{bare}","displayName":"New","timeZone":"Europe/Riga","pointValue":{"currencyCode":"EUR","micros":"10000"}}}"""),
        ["ProgrammeService/AgreePurposes"] = (_operator, """{"requestId":"{id}","partnerId":"beta","purposes":["PURPOSE_MARKETING","PURPOSE_ANALYTICS"]}"""),
        ["ProgrammeService/PublishAgreement"] = (_operator, """{"requestId":"{id}","agreement":{"partnerId":"gamma","programmeId":"gamma-points","rates":[{"points":"1","spend":{"currencyCode":"EUR","micros":"1000000"}}],"rounding":"ROUNDING_DOWN"}}"""),
        ["ProgrammeService/PublishRoute"] = (_operator, """{"requestId":"{id}","route":{"sourceProgrammeId":"gamma-points","destinationProgrammeId":"beta-points","ratioNumerator":"1","ratioDenominator":"2","minimumPoints":"1000","maximumPoints":"5000","state":"ROUTE_STATE_OPEN"}}"""),
        ["MemberService/EnrollMember"] = (_partner, """{"requestId":"{id}","membershipNumber":"{new}","profile":{"displayName":"Ann","birthDate":"1990-02-28","email":"ann@example.com","phoneNumber":"+46701234567","postalCode":"111 22","countryCode":"SE"}}"""),
        ["MemberService/EnrollMembers"] = (_partner, """{"enrolment":{"requestId":"{id}","membershipNumber":"{new}","profile":{"displayName":"Ann"}}}"""),
        ["MemberService/CreateLinkCode"] = (_partner, """{"requestId":"{id}","membershipNumber":"{number}"}"""),
        ["MemberService/LinkMembership"] = (_member, """{"requestId":"{id}","programmeId":"gamma-points","membershipNumber":"{gamma}","linkCode":"{code}"}"""),
        ["MemberService/MergeMemberships"] = (_member, """{"requestId":"{id}","programmeId":"alpha-points","membershipNumber":"{twin}","linkCode":"{twinCode}"}"""),
        ["MemberService/ReplaceMembershipNumber"] = (_partner, """{"requestId":"{id}","membershipNumber":"{lost}","newMembershipNumber":"{new}"}"""),
        ["MemberService/ChooseProgramme"] = (_member, """{"requestId":"{id}","partnerId":"alpha","programmeId":"beta-points"}"""),
        ["MemberService/GetMember"] = (_partner, """{"membershipNumber":"{number}","purpose":"PURPOSE_MARKETING"}"""),
        ["MemberService/GetBalances"] = (_partner, """{"membershipNumber":"{number}"}"""),
        ["EarningService/RecordPurchase"] = (_partner, """{"requestId":"{id}","purchaseReference":"{new}","membershipNumber":"{number}","amount":{"currencyCode":"EUR","micros":"9990000"},"purchaseTime":"2026-01-02T03:04:05Z"}"""),
        ["EarningService/AwardPoints"] = (_partner, """{"requestId":"{id}","awardReference":"{new}","membershipNumber":"{number}","amountPoints":"5","reason":"AWARD_REASON_GOODWILL"}"""),
        ["EarningService/StreamAwards"] = (_partner, """{"award":{"requestId":"{id}","awardReference":"{new}","membershipNumber":"{number}","amountPoints":"5","reason":"AWARD_REASON_GOODWILL"}}"""),
        ["EarningService/AdjustPoints"] = (_operator, """{"requestId":"{id}","programmeId":"alpha-points","membershipNumber":"{number}","amountPoints":"5","reason":"ADJUSTMENT_REASON_COMPLAINT","caseReference":"C-1"}"""),
        ["EarningService/CompareEarning"] = (_member, """{"amount":{"currencyCode":"EUR","micros":"9990000"},"category":"coffee"}"""),
        ["EarningService/PreviewPurchase"] = (_partner, """{"purchase":{"membershipNumber":"{number}","amount":{"currencyCode":"EUR","micros":"9990000"}}}"""),
        ["EarningService/GetPurchase"] = (_partner, """{"purchaseReference":"{purchase}"}"""),
        ["EarningService/ListPurchases"] = (_partner, "{}"),
        ["RuleService/PublishProgrammeTerms"] = (_operator, """{"requestId":"{id}","terms":{"programmeId":"gamma-points","pendingDays":"14","expiry":{"months":"24","snap":"EXPIRY_SNAP_MONTH_END"},"caps":[{"period":"CAP_PERIOD_DAY","maxPoints":"500"}],"tiers":{"measure":"TIER_MEASURE_SPEND","currencyCode":"EUR","startMonth":"1","keepMonths":"12","levels":[{"tierId":"gold","threshold":"1000","factorPercent":"150"}]}}}"""),
        ["RuleService/ListProgrammeTerms"] = (_partner, """{"programmeId":"alpha-points"}"""),
        ["RuleService/PublishCampaign"] = (_operator, """{"requestId":"{id}","campaign":{"programmeId":"gamma-points","campaignId":"{slug}","fromTime":"2030-01-01T00:00:00Z","untilTime":"2031-01-01T00:00:00Z","filter":{"categories":["coffee"],"everyNth":"10"},"effect":"CAMPAIGN_EFFECT_BANDS","spend":{"currencyCode":"EUR","micros":"1000000"},"bands":[{"fromMicros":"5000000","points":"10"},{"fromMicros":"9000000","points":"20"}],"payerId":"gamma","budgetPoints":"1000"}}"""),
        ["RuleService/ActivateCampaign"] = (_member, """{"requestId":"{id}","programmeId":"alpha-points","campaignId":"{optIn}"}"""),
        ["RuleService/PreviewExpiry"] = (_operator, """{"programmeId":"alpha-points","untilTime":"2030-01-01T00:00:00Z"}"""),
        ["MemberService/GetReminders"] = (_member, "{}"),
        ["SignInService/CreateSignInCode"] = (_partner, """{"requestId":"{id}","membershipNumber":"{number}"}"""),
        ["SignInService/LinkAccount"] = (_operator, """{"requestId":"{id}","signInCode":"{signInCode}"}"""),
        ["SignInService/GetSignIn"] = (_member, "{}"),
        ["SignInService/RemovePasskey"] = (_member, """{"requestId":"{id}","passkeyId":"{passkey}"}"""),
        ["SignInService/CancelNewStart"] = (_member, """{"requestId":"{id}"}"""),
        ["RuleService/ListCampaigns"] = (_partner, """{"programmeId":"alpha-points"}"""),
        ["RuleService/SimulateRules"] = (_operator, """{"agreement":{"partnerId":"gamma","programmeId":"gamma-points","rates":[{"points":"1","spend":{"currencyCode":"EUR","micros":"1000000"}}],"rounding":"ROUNDING_DOWN"},"fromTime":"2026-01-01T00:00:00Z","untilTime":"2026-02-01T00:00:00Z"}"""),
        ["MovementService/ListMovements"] = (_member, """{"programmeId":"alpha-points"}"""),
        ["RuleService/GetTier"] = (_partner, """{"membershipNumber":"{number}"}"""),
        ["EarningService/ReversePurchase"] = (_partner, """{"requestId":"{id}","purchaseReference":"{purchase}","amount":{"currencyCode":"EUR","micros":"1000000"}}"""),
        ["EarningService/UndoReturn"] = (_partner, """{"requestId":"{id}","returnReference":"{return}"}"""),
        ["EarningService/RecordReturn"] = (_partner, """{"requestId":"{id}","returnReference":"{new}","membershipNumber":"{number}","amount":{"currencyCode":"EUR","micros":"1990000"},"returnTime":"2026-01-02T03:04:05Z"}"""),
        ["EarningService/StreamPurchases"] = (_partner, """{"purchase":{"requestId":"{id}","purchaseReference":"{new}","membershipNumber":"{number}","amount":{"currencyCode":"EUR","micros":"9990000"},"purchaseTime":"2026-01-02T03:04:05Z"}}"""),
        ["RewardService/PublishReward"] = (_operator, """{"requestId":"{id}","reward":{"programmeId":"alpha-points","rewardId":"{slug}","pricePoints":"150","texts":[{"language":"en","name":"A coffee"}],"fromTime":"2026-01-01T00:00:00Z","untilTime":"2031-01-01T00:00:00Z","voucherDays":"30"}}"""),
        ["RewardService/ListRewards"] = (_partner, """{"programmeId":"alpha-points"}"""),
        ["RewardService/IdentifyMember"] = (_partner, """{"membershipNumber":"{number}"}"""),
        ["RewardService/GetReceipt"] = (_partner, """{"redemptionReferences":["{spent}"]}"""),
        ["RewardService/ReservePoints"] = (_partner, """{"requestId":"{id}","redemptionReference":"{new}","membershipNumber":"{number}","amountPoints":"10","bill":{"currencyCode":"EUR","micros":"9990000"}}"""),
        ["RewardService/CaptureRedemption"] = (_partner, """{"requestId":"{id}","redemptionReference":"{reserved}"}"""),
        ["RewardService/ReleaseRedemption"] = (_partner, """{"requestId":"{id}","redemptionReference":"{released}"}"""),
        ["RewardService/RefundRedemption"] = (_partner, """{"requestId":"{id}","redemptionReference":"{spent}","amountPoints":"1"}"""),
        ["RewardService/ApproveRedemption"] = (_member, """{"requestId":"{id}","redemptionId":"{redemption}"}"""),
        ["RewardService/DeclineRedemption"] = (_member, """{"requestId":"{id}","redemptionId":"{declined}"}"""),
        ["RewardService/GetRedemption"] = (_partner, """{"redemptionReference":"{spent}"}"""),
        ["RewardService/ListRedemptions"] = (_partner, "{}"),
        ["RewardService/ClaimReward"] = (_member, """{"requestId":"{id}","programmeId":"alpha-points","rewardId":"{reward}"}"""),
        ["RewardService/ListVouchers"] = (_member, "{}"),
        ["RewardService/UseVoucher"] = (_partner, """{"requestId":"{id}","voucherCode":"{voucher}"}"""),
        ["RewardService/GetVoucher"] = (_partner, """{"voucherCode":"{usedVoucher}"}"""),
        ["RewardService/ReturnVoucher"] = (_partner, """{"requestId":"{id}","voucherCode":"{usedVoucher}"}"""),
        ["RewardService/CreatePaymentCode"] = (_member, """{"requestId":"{id}","programmeId":"alpha-points","maxPoints":"100"}"""),
        ["TransferService/QuoteTransfer"] = (_member, """{"sourceProgrammeId":"alpha-points","destinationProgrammeId":"beta-points","amountPoints":"1000"}"""),
        ["TransferService/CreateTransfer"] = (_member, """{"requestId":"{id}","sourceProgrammeId":"alpha-points","destinationProgrammeId":"beta-points","amountPoints":"1000"}"""),
        ["TransferService/GetTransfer"] = (_member, """{"transferId":"{transfer}"}"""),
        ["TransferService/ListTransfers"] = (_member, "{}"),
        ["PoolService/CreatePool"] = (_member, """{"requestId":"{id}","programmeId":"alpha-points"}"""),
        ["PoolService/InviteMember"] = (_member, """{"requestId":"{id}","poolId":"{pool}","membershipNumber":"{friend}"}"""),
        ["PoolService/AcceptInvitation"] = (_member, """{"requestId":"{id}","poolId":"{invitation}"}"""),
        ["PoolService/ContributePoints"] = (_member, """{"requestId":"{id}","poolId":"{pool}","amountPoints":"10"}"""),
        ["PoolService/WithdrawPoints"] = (_member, """{"requestId":"{id}","poolId":"{pool}","amountPoints":"10"}"""),
        ["PoolService/LeavePool"] = (_member, """{"requestId":"{id}","poolId":"{invitation}"}"""),
        ["PoolService/GetPool"] = (_member, """{"poolId":"{pool}"}"""),
        ["PoolService/ListPools"] = (_member, "{}"),
        ["ConsentService/GetNotice"] = (_member, """{"language":"en"}"""),
        ["ConsentService/GiveConsent"] = (_member, """{"requestId":"{id}","partnerId":"beta","purpose":"PURPOSE_MARKETING","categories":["DATA_CATEGORY_CONTACT"],"noticeVersion":"2026-01","noticeLanguage":"sv"}"""),
        ["ConsentService/WithdrawConsent"] = (_member, """{"requestId":"{id}","partnerId":"alpha","purpose":"PURPOSE_MARKETING"}"""),
        ["ConsentService/RefuseConsent"] = (_member, """{"requestId":"{id}","partnerId":"gamma","purpose":"PURPOSE_CUSTOMER_SUPPORT","noticeVersion":"2026-01","noticeLanguage":"sv"}"""),
        ["ConsentService/DeferConsent"] = (_member, """{"requestId":"{id}","partnerId":"alpha","purpose":"PURPOSE_ANALYTICS","noticeVersion":"2026-01","noticeLanguage":"sv"}"""),
        ["ConsentService/RequestConsent"] = (_partner, """{"requestId":"{id}","membershipNumber":"{number}","purpose":"PURPOSE_PERSONALISATION","categories":["DATA_CATEGORY_CONTACT"]}"""),
        ["ConsentService/RevokeConsent"] = (_partner, """{"requestId":"{id}","membershipNumber":"{friend}","purpose":"PURPOSE_MARKETING"}"""),
        ["ConsentService/ListConsents"] = (_member, "{}"),
        ["AuditService/FindMember"] = (_officer, """{"programmeId":"alpha-points","membershipNumber":"{number}","reason":"FIND_REASON_AUDIT"}"""),
        ["AuditService/ListConsentEvents"] = (_officer, """{"programmeId":"alpha-points","membershipNumber":"{number}"}"""),
        ["AuditService/ListDisclosures"] = (_officer, """{"programmeId":"alpha-points","membershipNumber":"{number}"}"""),
        ["AuditService/GetLedgerSummary"] = (_officer, "{}"),
        ["AuditService/GetVisibility"] = (_officer, """{"programmeId":"alpha-points","membershipNumber":"{number}","time":"2026-01-02T03:04:05Z"}"""),
        ["AuditService/ListConsentsOnNotice"] = (_officer, """{"noticeVersion":"2026-01","noticeLanguage":"en"}"""),
        ["AuditService/ListEvents"] = (_officer, "{}"),
        ["AuditService/WatchEvents"] = (_member, "{}"),
        ["AuditService/GetCheckpoint"] = (_member, "{}"),
        ["AuditService/GetInclusionProof"] = (_member, """{"eventId":"{event}"}"""),
        ["AuditService/GetConsistencyProof"] = (_member, """{"fromSize":"1"}"""),
        ["PrivacyService/StreamPersonalData"] = (_member, """{"format":"DOCUMENT_FORMAT_JSON"}"""),
        ["PrivacyService/RectifyProfile"] = (_member, """{"requestId":"{id}","profile":{"displayName":"Ann","birthDate":"1990-02-28","email":"ann@example.com","phoneNumber":"+46701234567","postalCode":"111 22","countryCode":"SE"}}"""),
        ["ConsentService/CreateGuardianCode"] = (_member, """{"requestId":"{id}"}"""),
        ["PrivacyService/RestrictProcessing"] = (_member, """{"requestId":"{id}","ground":"RESTRICTION_GROUND_LEGAL_CLAIMS"}"""),
        ["PrivacyService/LiftRestriction"] = (_member, """{"requestId":"{id}"}"""),
        ["PrivacyService/PreviewErasure"] = (_member, "{}"),
        ["PrivacyService/ListDataAccesses"] = (_member, "{}"),
        ["PrivacyService/ListNotifications"] = (_partner, "{}"),
        ["PrivacyService/AcknowledgeNotification"] = (_partner, """{"requestId":"{id}","notificationId":"{notification}"}"""),
        ["PrivacyService/EraseMember"] = (_operator, """{"requestId":"{id}","memberId":"{leaving}","settlePoints":true}"""),
        ["ConsentService/RefuseSharing"] = (_member, """{"requestId":"{id}","signal":"REFUSAL_SIGNAL_GLOBAL_PRIVACY_CONTROL"}"""),
        ["ConsentService/GetConsentReceipt"] = (_member, """{"consentEventId":"{consent}"}"""),
        ["ClientService/ListClients"] = (_operator, "{}"),
        ["ClientService/PublishClient"] = (_operator, """{"requestId":"{id}","client":{"clientId":"{slug}","kind":"CALLER_KIND_MEMBER","displayName":"Ann's app","scopes":["transfers.write"],"redirectUris":["https://app.example/callback","http://127.0.0.1/callback"]}}"""),
        ["ClientService/PublishClientKeys"] = (_operator, """{"requestId":"{id}","clientId":"beta","jwks":"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}"}"""),
        ["ClientService/IssueClientSecret"] = (_operator, """{"requestId":"{id}","clientId":"{bare}","validDays":365,"formerHours":24}"""),
        ["ClientService/SuspendClient"] = (_operator, """{"requestId":"{id}","clientId":"{bare}"}"""),
        ["ClientService/ResumeClient"] = (_operator, """{"requestId":"{id}","clientId":"{bare}"}"""),
        ["ClientService/SetSenderConstraint"] = (_operator, """{"requestId":"{id}","clientId":"{bare}","senderConstraint":"SENDER_CONSTRAINT_NONE"}"""),
        ["ProgrammeService/PublishClosingRule"] = (_operator, """{"requestId":"{id}","programmeId":"alpha-points","heirMembershipNumber":"{friend}"}"""),
        ["ComplianceService/OpenRequest"] = (_officer, """{"requestId":"{id}","memberId":"{memberId}","right":"DATA_RIGHT_ACCESS","receiveTime":"2026-11-20T03:04:05Z"}"""),
        ["ComplianceService/ExtendRequest"] = (_officer, """{"requestId":"{id}","dataRequestId":"{request}","reason":"EXTENSION_REASON_COMPLEXITY"}"""),
        ["ComplianceService/CloseRequest"] = (_officer, """{"requestId":"{id}","dataRequestId":"{request}","outcome":"REQUEST_OUTCOME_FULFILLED"}"""),
        ["ComplianceService/ListRequests"] = (_officer, """{"memberId":"{memberId}"}"""),
        ["ComplianceService/PlaceHold"] = (_officer, """{"requestId":"{id}","memberId":"{memberId}","ground":"HOLD_GROUND_LEGAL_CLAIMS","untilTime":"2030-01-02T03:04:05Z"}"""),
        ["ComplianceService/ReleaseHold"] = (_officer, """{"requestId":"{id}","holdId":"{hold}"}"""),
        ["ComplianceService/ListHolds"] = (_officer, """{"memberId":"{memberId}"}"""),
        ["ComplianceService/ReportBreach"] = (_officer, """{"requestId":"{id}","partnerId":"alpha","fromTime":"2026-01-02T03:04:05Z","toTime":"2026-02-02T03:04:05Z","awareTime":"2026-02-03T03:04:05Z"}"""),
        ["ComplianceService/CloseBreach"] = (_officer, """{"requestId":"{id}","breachId":"{breach}","notifyTime":"2026-02-04T03:04:05Z"}"""),
        ["ComplianceService/ListBreaches"] = (_officer, "{}"),
        ["ComplianceService/GetProcessingRecord"] = (_officer, "{}"),
        ["ComplianceService/ListRetentionDue"] = (_officer, "{}"),
    };

    public static IEnumerable<Fault> All() => [.. Governance(), .. Clients(), .. Programmes(), .. Members(), .. Rules(), .. Earning(), .. Reading(), .. InStreams([.. Earning(), .. Reading(), .. Members()]), .. Transfers(), .. Spending(), .. Pools(), .. Consents(), .. Audit(), .. Rights(), .. Compliance()];

    private static IEnumerable<Fault> Programmes()
    {
        const string purposes = "ProgrammeService/AgreePurposes";
        const string list = "ProgrammeService/ListProgrammes", get = "ProgrammeService/GetProgramme", agreements = "ProgrammeService/ListAgreements", routes = "ProgrammeService/ListRoutes";
        const string register = "ProgrammeService/RegisterPartner", create = "ProgrammeService/CreateProgramme";
        const string agree = "ProgrammeService/PublishAgreement", route = "ProgrammeService/PublishRoute";
        return
        [
            .. Page(list, _partner), .. Page("ProgrammeService/ListPartners", _partner),
            .. Slug(get, _partner, "programmeId"), Refused(get, _partner, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. Page(agreements, _partner), .. Slug(agreements, _partner, "programmeId"), Invalid(agreements, _partner, "partnerId", "Upper"),
            Refused(agreements, _partner, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. Page(routes, _partner), Invalid(routes, _partner, "sourceProgrammeId", "Upper"),
            .. RequestId(purposes, _operator), .. Slug(purposes, _operator, "partnerId"), Refused(purposes, _operator, "partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            .. new[] { new JsonArray("PURPOSE_PROGRAMME_OPERATION"), new JsonArray(99), new JsonArray(0), new JsonArray("PURPOSE_MARKETING", "PURPOSE_MARKETING") }
                .Select(found => Invalid(purposes, _operator, "purposes", found)),
            .. RequestId(register, _operator), .. Slug(register, _operator, "partner.partnerId"), .. Blank(register, "partner.displayName"),
            Invalid(register, _operator, "scopes", new JsonArray("audit.read")), Invalid(register, _operator, "scopes", new JsonArray("")),
            Refused(register, _operator, "partner.partnerId", "alpha", StatusCode.AlreadyExists, "PARTNER_EXISTS"),
            .. RequestId(create, _operator), .. Slug(create, _operator, "programme.programmeId"), .. Slug(create, _operator, "programme.partnerId"),
            .. Blank(create, "programme.displayName"), .. Amount(create, _operator, "programme.pointValue"),
            .. new[] { "", "Mars/Olympus", "CET+1", "../etc/passwd" }.Select(zone => Invalid(create, _operator, "programme.timeZone", zone)),
            Refused(create, _operator, "programme.partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            Refused(create, _operator, "programme.programmeId", "alpha-points", StatusCode.AlreadyExists, "PROGRAMME_EXISTS"),
            Refused(create, _operator, "programme.partnerId", "alpha", StatusCode.FailedPrecondition, "PARTNER_HAS_PROGRAMME"),
            .. RequestId(agree, _operator), .. Slug(agree, _operator, "agreement.partnerId"), .. Slug(agree, _operator, "agreement.programmeId"),
            .. Amount(agree, _operator, "agreement.rates[0].spend"), .. Outside(agree, "agreement.rates[0].points", 0, -1, 1_000_001, long.MaxValue),
            .. Outside(agree, "agreement.rates[0].minimumMicros", -1, Money.MaxMicros + 1), .. Outside(agree, "agreement.acceptDays", -1, 3651, long.MaxValue),
            Invalid(agree, _operator, "agreement.rates", null), Invalid(agree, _operator, "agreement.rates", new JsonArray([.. Enumerable.Range(0, 21).Select(_ => new JsonObject())])),
            Invalid(agree, _operator, "agreement.rates", new JsonArray(_rate.DeepClone(), _rate.DeepClone())),
            Invalid(agree, _operator, "agreement.categories", new JsonArray(new JsonObject { ["category"] = "tea" }, new JsonObject { ["category"] = "tea" })),
            Invalid(agree, _operator, "agreement.rounding", null), Invalid(agree, _operator, "agreement.rounding", 9),
            Refused(agree, _operator, "agreement.partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            Refused(agree, _operator, "agreement.programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. RequestId(route, _operator), .. Slug(route, _operator, "route.sourceProgrammeId"), .. Slug(route, _operator, "route.destinationProgrammeId"),
            Invalid(route, _operator, "route.destinationProgrammeId", "gamma-points"),
            .. Outside(route, "route.ratioNumerator", 0, -1, 1_000_001), .. Outside(route, "route.ratioDenominator", 0, -1, 1_000_001),
            .. Outside(route, "route.minimumPoints", -1000, 1500, 1), .. Outside(route, "route.maximumPoints", -1000, 1500, 1),
            .. Outside(route, "route.state", 9),
            Refused(route, _operator, "route.sourceProgrammeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(route, _operator, "route.destinationProgrammeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(route, _operator, "route.ratioNumerator", 1_000_000, StatusCode.FailedPrecondition, "RATES_GAIN_IN_CYCLE"),
        ];
    }

    private static IEnumerable<Fault> Members()
    {
        const string enrol = "MemberService/EnrollMember", code = "MemberService/CreateLinkCode", link = "MemberService/LinkMembership";
        const string merge = "MemberService/MergeMemberships", replace = "MemberService/ReplaceMembershipNumber";
        const string choose = "MemberService/ChooseProgramme", get = "MemberService/GetMember", balances = "MemberService/GetBalances";
        return
        [
            .. RequestId(enrol, _partner), .. Number(enrol, _partner),
            Refused(enrol, _partner, "membershipNumber", "{number}", StatusCode.AlreadyExists, "MEMBERSHIP_NUMBER_TAKEN"),
            Refused(enrol, _partner, "referrerNumber", "nobody", StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND"), Invalid(enrol, _partner, "referrerNumber", "a/b"),
            .. new[] { "1990-2-3", "1990-02-30", "2999-01-01", "1899-12-31", "yesterday" }.Select(date => Invalid(enrol, _partner, "profile.birthDate", date)),
            .. new[] { "no at", "a@b@c", new string('a', 250) + "@example.com" }.Select(email => Invalid(enrol, _partner, "profile.email", email)),
            .. new[] { "0701234567", "+1", "+12345678901234567", "+46 70" }.Select(phone => Invalid(enrol, _partner, "profile.phoneNumber", phone)),
            Invalid(enrol, _partner, "profile.displayName", new string('a', 101)), Invalid(enrol, _partner, "profile.displayName", "a\u0000b"),
            Invalid(enrol, _partner, "profile.postalCode", new string('1', 13)), Invalid(enrol, _partner, "profile.countryCode", "se"), Invalid(enrol, _partner, "profile.countryCode", "SWE"),
            .. RequestId(code, _partner), .. Number(code, _partner), NotFound(code, "{strangersNumber}"), NotFound(code, "nobody"),
            .. RequestId(link, _member), .. Slug(link, _member, "programmeId"), .. Number(link, _member),
            Invalid(link, _member, "linkCode", null), Invalid(link, _member, "linkCode", "SHORT"), Invalid(link, _member, "linkCode", new string('A', 13)),
            Refused(link, _member, "linkCode", "AAAAAAAAAAAA", StatusCode.PermissionDenied, "LINK_CODE_INVALID"),
            Refused(link, _member, "membershipNumber", "nobody", StatusCode.PermissionDenied, "LINK_CODE_INVALID"),
            Refused(link, _member, "programmeId", _unknown, StatusCode.PermissionDenied, "LINK_CODE_INVALID"),
            new("MemberService/GetReminders", _member, "bytes that are no message", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", null),
            .. SignIns(),
            .. RequestId(merge, _member), .. Slug(merge, _member, "programmeId"), .. Number(merge, _member),
            Invalid(merge, _member, "linkCode", null), Invalid(merge, _member, "linkCode", "SHORT"),
            Refused(merge, _member, "linkCode", "AAAAAAAAAAAA", StatusCode.PermissionDenied, "LINK_CODE_INVALID"),
            Refused(merge, _member, "membershipNumber", "{number}", StatusCode.PermissionDenied, "LINK_CODE_INVALID"),
            .. RequestId(replace, _partner), .. Number(replace, _partner), NotFound(replace, "{strangersNumber}"), NotFound(replace, "nobody"),
            Invalid(replace, _partner, "newMembershipNumber", null), Invalid(replace, _partner, "newMembershipNumber", "a/b"),
            Refused(replace, _partner, "newMembershipNumber", "{number}", StatusCode.AlreadyExists, "MEMBERSHIP_NUMBER_TAKEN"),
            Refused(replace, _partner, "newMembershipNumber", "{lost}", StatusCode.AlreadyExists, "MEMBERSHIP_NUMBER_TAKEN"),
            .. RequestId(choose, _member), .. Slug(choose, _member, "partnerId"), .. Slug(choose, _member, "programmeId"),
            Refused(choose, _member, "partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            Refused(choose, _member, "programmeId", "gamma-points", StatusCode.FailedPrecondition, "AGREEMENT_NOT_FOUND"),
            .. Number(get, _partner), NotFound(get, "{strangersNumber}"), Invalid(get, _partner, "purpose", null), Invalid(get, _partner, "purpose", 99),
            .. Number(balances, _partner), NotFound(balances, "{strangersNumber}"),
        ];
    }

    private static IEnumerable<Fault> Earning()
    {
        const string record = "EarningService/RecordPurchase", reverse = "EarningService/ReversePurchase";
        const string giveBack = "EarningService/RecordReturn", undo = "EarningService/UndoReturn", stream = "EarningService/StreamPurchases";
        return
        [
            .. RequestId(record, _partner), .. Reference(record, "purchaseReference"), .. Number(record, _partner), NotFound(record, "{strangersNumber}"),
            .. Amount(record, _partner, "amount"), .. Time(record, _partner, "purchaseTime"),
            Refused(record, _partner, "amount.currencyCode", "USD", StatusCode.InvalidArgument, "CURRENCY_MISMATCH", "amount.currency_code"),
            Refused(record, _partner, "purchaseReference", "{purchase}", StatusCode.AlreadyExists, "PURCHASE_REFERENCE_TAKEN"),
            .. Details(record, ""),
            .. RequestId(reverse, _partner), .. Reference(reverse, "purchaseReference"), Invalid(reverse, _partner, "reversalReference", " before"), .. Amount(reverse, _partner, "amount", isOptional: true),
            Refused(reverse, _partner, "purchaseReference", "nobody", StatusCode.NotFound, "PURCHASE_NOT_FOUND"),
            Refused(reverse, _partner, "purchaseReference", "{strangersPurchase}", StatusCode.NotFound, "PURCHASE_NOT_FOUND"),
            Refused(reverse, _partner, "amount.currencyCode", "USD", StatusCode.InvalidArgument, "CURRENCY_MISMATCH", "amount.currency_code"),
            Refused(reverse, _partner, "amount.micros", Money.MaxMicros.ToString(), StatusCode.FailedPrecondition, "RETURN_EXCEEDS_PURCHASE"),
            .. RequestId(giveBack, _partner), .. Reference(giveBack, "returnReference"), .. Number(giveBack, _partner), NotFound(giveBack, "{strangersNumber}"),
            .. Amount(giveBack, _partner, "amount"), .. Time(giveBack, _partner, "returnTime"),
            Refused(giveBack, _partner, "amount.currencyCode", "USD", StatusCode.InvalidArgument, "CURRENCY_MISMATCH", "amount.currency_code"),
            Refused(giveBack, _partner, "returnReference", "{purchase}", StatusCode.AlreadyExists, "PURCHASE_REFERENCE_TAKEN"),
            .. RequestId(undo, _partner), .. Reference(undo, "returnReference"),
            Refused(undo, _partner, "returnReference", "nobody", StatusCode.NotFound, "RETURN_NOT_FOUND"),
            Refused(undo, _partner, "returnReference", "{purchase}", StatusCode.NotFound, "RETURN_NOT_FOUND"),
            Invalid(stream, _partner, "purchase", null) with { Field = "entry" },
        ];
    }

    private static IEnumerable<Fault> Transfers()
    {
        const string quote = "TransferService/QuoteTransfer", create = "TransferService/CreateTransfer", get = "TransferService/GetTransfer", list = "TransferService/ListTransfers";
        return
        [
            .. RequestId(create, _member),
            .. new[] { quote, create }.SelectMany(method => (Fault[])
            [
                .. Slug(method, _member, "sourceProgrammeId"), .. Slug(method, _member, "destinationProgrammeId"), .. Points(method, _member),
                Refused(method, _member, "amountPoints", "1700", StatusCode.InvalidArgument, "AMOUNT_NOT_IN_STEPS", "amount_points"),
                Refused(method, _member, "amountPoints", "1", StatusCode.InvalidArgument, "AMOUNT_NOT_IN_STEPS", "amount_points"),
                Refused(method, _member, "amountPoints", long.MaxValue.ToString(), StatusCode.InvalidArgument, "AMOUNT_NOT_IN_STEPS", "amount_points"),
                Refused(method, _member, "amountPoints", "9223372036854775000", StatusCode.InvalidArgument, "AMOUNT_TOO_LARGE", "amount_points"),
                Refused(method, _member, "destinationProgrammeId", "alpha-points", StatusCode.NotFound, "ROUTE_NOT_FOUND"),
                Refused(method, _member, "destinationProgrammeId", _unknown, StatusCode.NotFound, "ROUTE_NOT_FOUND"),
                Refused(method, _member, "destinationProgrammeId", "gamma-points", StatusCode.FailedPrecondition, "ROUTE_SUSPENDED"),
            ]),
            Refused(create, _member, "amountPoints", "900000000000", StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS"),
            .. Uuid(get, _member, "transferId"),
            Refused(get, _member, "transferId", UnknownId, StatusCode.NotFound, "TRANSFER_NOT_FOUND"),
            Refused(get, _member, "transferId", "{strangersTransfer}", StatusCode.NotFound, "TRANSFER_NOT_FOUND"),
            .. Page(list, _member), Invalid(list, _member, "sourceProgrammeId", "Upper"),
        ];
    }

    private static IEnumerable<Fault> Pools()
    {
        string[] onPools = ["InviteMember", "AcceptInvitation", "ContributePoints", "WithdrawPoints", "LeavePool"];
        const string create = "PoolService/CreatePool", list = "PoolService/ListPools";
        const string invite = "PoolService/InviteMember", give = "PoolService/ContributePoints", take = "PoolService/WithdrawPoints";
        return
        [
            .. RequestId(create, _member), .. Slug(create, _member, "programmeId"),
            Refused(create, _member, "programmeId", "gamma-points", StatusCode.FailedPrecondition, "MEMBERSHIP_NOT_FOUND"),
            .. onPools.Select(name => $"PoolService/{name}").SelectMany(method => RequestId(method, _member)),
            .. onPools.Append("GetPool").Select(name => $"PoolService/{name}").SelectMany(method => (Fault[])
            [
                .. Uuid(method, _member, "poolId"),
                Refused(method, _member, "poolId", UnknownId, StatusCode.NotFound, "POOL_NOT_FOUND"),
                Refused(method, _member, "poolId", "{strangersPool}", StatusCode.NotFound, "POOL_NOT_FOUND"),
            ]),
            .. Number(invite, _member),             Refused(invite, _member, "membershipNumber", "{number}", StatusCode.AlreadyExists, "ALREADY_IN_POOL"),
            Refused("PoolService/AcceptInvitation", _member, "poolId", "{pool}", StatusCode.AlreadyExists, "ALREADY_IN_POOL"),
            .. Points(give, _member), Refused(give, _member, "amountPoints", long.MaxValue.ToString(), StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS"),
            .. Points(take, _member), Refused(take, _member, "amountPoints", long.MaxValue.ToString(), StatusCode.FailedPrecondition, "INSUFFICIENT_SHARE"),
            .. Page(list, _member),
        ];
    }

    private static IEnumerable<Fault> SignIns()
    {
        const string code = "SignInService/CreateSignInCode", link = "SignInService/LinkAccount", remove = "SignInService/RemovePasskey", cancel = "SignInService/CancelNewStart";
        return
        [
            .. RequestId(code, _partner), .. Number(code, _partner), NotFound(code, "{strangersNumber}"), NotFound(code, "nobody"),
            .. RequestId(link, _operator), Invalid(link, _operator, "signInCode", null), Invalid(link, _operator, "signInCode", new string('A', 21)),
            Refused(link, _operator, "signInCode", "AAAAAAAAAAAA", StatusCode.PermissionDenied, "SIGN_IN_CODE_INVALID"),
            new("SignInService/GetSignIn", _member, "bytes that are no message", _ => { }, StatusCode.InvalidArgument, "FIELD_INVALID", null),
            .. RequestId(remove, _member), .. Uuid(remove, _member, "passkeyId"), Refused(remove, _member, "passkeyId", UnknownId, StatusCode.NotFound, "PASSKEY_NOT_FOUND"),
            .. RequestId(cancel, _member),
        ];
    }

    private static Fault NotFound(string method, string number) => Refused(method, _partner, "membershipNumber", number, StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND");

    /// <summary>
    /// An entry of a stream means the same as the unary call. So it has all faults of the method with the same message.
    /// </summary>
    private static IEnumerable<Fault> InStreams(IEnumerable<Fault> faults) =>
        from stream in RawCalls.Methods.Where(found => found.Value.IsClientStreaming)
        from entry in stream.Value.InputType.Fields.InDeclarationOrder()
        let method = RawCalls.Methods.Single(found => found.Value.InputType == entry.MessageType).Key
        from fault in faults.Where(fault => fault.Method == method)
        select fault with
        {
            Method = stream.Key,
            Title = $"{entry.Name}: {fault.Title}",
            Break = json =>
            {
                var request = (JsonObject)JsonNode.Parse(Valid[method].Json)!;
                fault.Break(request);
                json.Clear();
                json[entry.JsonName] = request;
            },
        };

    private static IEnumerable<Fault> Blank(string method, string path) =>
        new object?[] { null, "", "   ", "a\u0007b", new string('x', 101) }.Select(value => Invalid(method, _operator, path, value));

    private static IEnumerable<Fault> Reference(string method, string path) =>
        new object?[] { null, "", " before", "after ", " ", "ünïcode", "new\nline", new string('x', 65) }.Select(value => Invalid(method, _partner, path, value));

    private static IEnumerable<Fault> Outside(string method, string path, params long[] values) =>
        values.Select(value => Invalid(method, _operator, path, path.EndsWith("state", StringComparison.Ordinal) ? value : value.ToString()));
}
