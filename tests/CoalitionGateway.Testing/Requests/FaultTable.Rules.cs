using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of rules, of a purchase's details, and of requests that read purchases.</summary>
internal static partial class FaultTable
{
    private static readonly JsonNode _rate = JsonNode.Parse("""{"points":"1","spend":{"currencyCode":"EUR","micros":"1000000"}}""")!;

    private static IEnumerable<Fault> Rules()
    {
        const string terms = "RuleService/PublishProgrammeTerms", campaign = "RuleService/PublishCampaign";
        const string versions = "RuleService/ListProgrammeTerms", campaigns = "RuleService/ListCampaigns";
        return
        [
            .. RequestId(terms, _operator), .. Slug(terms, _operator, "terms.programmeId"), .. Outside(terms, "terms.pendingDays", -1, 367),
            .. Outside(terms, "terms.expiry.months", -1, 1201), .. Outside(terms, "terms.expiry.days", -1, 36_501),
            Invalid(terms, _operator, "terms.expiry.snap", null), Invalid(terms, _operator, "terms.expiry.snap", 99),
            Invalid(terms, _operator, "terms.expiry.fixedMonth", "1"), Invalid(terms, _operator, "terms.expiry.fixedDay", "1"),
            Invalid(terms, _operator, "terms.expiry", JsonNode.Parse("""{"snap":"EXPIRY_SNAP_DAY"}""")),
            Invalid(terms, _operator, "terms.expiry", JsonNode.Parse("""{"snap":"EXPIRY_SNAP_FIXED_DATE","fixedMonth":"2","fixedDay":"30"}""")) with { Field = "terms.expiry.fixed_day" },
            Invalid(terms, _operator, "terms.caps[0].period", null), .. Outside(terms, "terms.caps[0].maxPoints", -1, 1_000_000_000_001),
            Invalid(terms, _operator, "terms.caps[0].maxPoints", null) with { Field = "terms.caps[0]" },
            Invalid(terms, _operator, "terms.caps", new JsonArray([.. Enumerable.Range(0, 11).Select(_ => JsonNode.Parse("""{"period":"CAP_PERIOD_DAY","maxPoints":"1"}"""))])),
            Invalid(terms, _operator, "terms.caps", JsonNode.Parse("""[{"period":"CAP_PERIOD_PURCHASE","maxCount":"1"}]""")) with { Field = "terms.caps[0].max_count" },
            Invalid(terms, _operator, "terms.tiers.measure", null), Invalid(terms, _operator, "terms.tiers.currencyCode", "EURO"), Invalid(terms, _operator, "terms.tiers.currencyCode", ""),
            .. Outside(terms, "terms.tiers.startMonth", 0, 13), .. Outside(terms, "terms.tiers.keepMonths", -1, 37), Invalid(terms, _operator, "terms.tiers.levels", null),
            .. Outside(terms, "terms.tiers.levels[0].threshold", 0, -1), .. Outside(terms, "terms.tiers.levels[0].factorPercent", 99, 10_001),
            Invalid(terms, _operator, "terms.tiers.levels", JsonNode.Parse("""[{"tierId":"a","threshold":"9","factorPercent":"100"},{"tierId":"b","threshold":"9","factorPercent":"100"}]""")),
            Invalid(terms, _operator, "terms.tiers.levels", JsonNode.Parse("""[{"tierId":"a","threshold":"8","factorPercent":"100"},{"tierId":"a","threshold":"9","factorPercent":"100"}]""")),
            .. Outside(terms, "terms.tiers.periodMonths", -1, 5, 24, 37), Invalid(terms, _operator, "terms.tiers.isRolling", true) with { Field = "terms.tiers.period_months" },
            Invalid(terms, _operator, "terms.activities", JsonNode.Parse("""[{"activityId":"a","points":"1"},{"activityId":"a","points":"1"}]""")),
            Invalid(terms, _operator, "terms.activities", JsonNode.Parse("""[{"activityId":"a"}]""")) with { Field = "terms.activities[0].points" },
            Invalid(terms, _operator, "terms.activities", JsonNode.Parse("""[{"activityId":"a","points":"1","caps":[{"period":"CAP_PERIOD_DAY"}]}]""")) with { Field = "terms.activities[0].caps[0]" },
            .. Outside(terms, "terms.reminderDays", -1, 91),
            Invalid(terms, _operator, "terms.inactivity", JsonNode.Parse("{}")) with { Field = "terms.inactivity.months" },
            Invalid(terms, _operator, "terms.referral", JsonNode.Parse("{}")), Invalid(terms, _operator, "terms.referral", JsonNode.Parse("""{"referrerPoints":"-1"}""")) with { Field = "terms.referral.referrer_points" },
            Refused(terms, _operator, "terms.programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. RequestId(campaign, _operator), .. Slug(campaign, _operator, "campaign.programmeId"), .. Slug(campaign, _operator, "campaign.campaignId"),
            Invalid(campaign, _operator, "campaign.untilTime", "2030-01-01T00:00:00Z"), Invalid(campaign, _operator, "campaign.untilTime", null),
            Invalid(campaign, _operator, "campaign.fromTime", null), Invalid(campaign, _operator, "campaign.effect", null), Invalid(campaign, _operator, "campaign.effect", 99),
            Invalid(campaign, _operator, "campaign.amount", "1"), Invalid(campaign, _operator, "campaign.spend", null), Invalid(campaign, _operator, "campaign.bands", null),
            .. Amount(campaign, _operator, "campaign.spend", isOptional: true).Where(fault => !fault.Title.Contains("absent", StringComparison.Ordinal)),
            Invalid(campaign, _operator, "campaign.bands[1].points", "10") with { Field = "campaign.bands" }, Invalid(campaign, _operator, "campaign.bands[0].fromMicros", "0"),
            Invalid(campaign, _operator, "campaign.filter.categories", new JsonArray("Coffee Beans")) with { Field = "campaign.filter.categories[0]" },
            Invalid(campaign, _operator, "campaign.filter.nth", "1") with { Field = "campaign.filter.every_nth" },
            .. Outside(campaign, "campaign.filter.fromMinute", -1, 1440), .. Outside(campaign, "campaign.filter.everyNth", -1, 10_001),
            Invalid(campaign, _operator, "campaign.payerId", null) with { Field = "campaign.budget_points" }, Invalid(campaign, _operator, "campaign.budgetPoints", null),
            Invalid(campaign, _operator, "campaign.group", "Two Words"), Invalid(campaign, _operator, "campaign.filter.numberPeriod", "CAP_PERIOD_PURCHASE"),
            Invalid(campaign, _operator, "campaign.filter", JsonNode.Parse("""{"countsWholePurchase":true}""")) with { Field = "campaign.filter.counts_whole_purchase" },
            Invalid(campaign, _operator, "campaign.filter", JsonNode.Parse("""{"numberPeriod":"CAP_PERIOD_MONTH"}""")) with { Field = "campaign.filter.number_period" },
            Invalid(campaign, _operator, "campaign.filter", JsonNode.Parse("""{"togetherDays":"7","partnerIds":["alpha"]}""")) with { Field = "campaign.filter.together_days" },
            Invalid(campaign, _operator, "campaign.filter", JsonNode.Parse("""{"togetherDays":"7","partnerIds":["alpha","beta"],"nth":"2"}""")) with { Field = "campaign.filter.together_days" },
            Invalid(campaign, _operator, "campaign.filter", JsonNode.Parse("""{"togetherDays":"32","partnerIds":["alpha","beta"]}""")) with { Field = "campaign.filter.together_days" },
            Invalid(campaign, _operator, "campaign.activateUntilTime", "2031-01-02T00:00:00Z"),
            Invalid(campaign, _operator, "campaign.group", "g") with
            {
                Field = "campaign.activate_until_time",
                Break = json => (json["campaign"]!["group"], json["campaign"]!["activateUntilTime"]) = ("g", "2030-06-01T00:00:00Z"),
            },
            Refused(campaign, _operator, "campaign.programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(campaign, _operator, "campaign.payerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            .. new[] { versions, campaigns }.SelectMany(list => (Fault[])
            [
                .. Page(list, _partner), .. Slug(list, _partner, "programmeId"), Refused(list, _partner, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            ]),
        ];
    }

    private static IEnumerable<Fault> Reading()
    {
        const string award = "EarningService/AwardPoints", activate = "RuleService/ActivateCampaign", expiry = "RuleService/PreviewExpiry";
        const string movements = "MovementService/ListMovements", compare = "EarningService/CompareEarning", simulate = "RuleService/SimulateRules", adjust = "EarningService/AdjustPoints";
        const string preview = "EarningService/PreviewPurchase", get = "EarningService/GetPurchase", list = "EarningService/ListPurchases";
        return
        [
            .. Number(preview, _partner, "purchase.membershipNumber"), .. Amount(preview, _partner, "purchase.amount"), .. Details(preview, "purchase."),
            Refused(preview, _partner, "purchase.membershipNumber", "{strangersNumber}", StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND"),
            Refused(preview, _partner, "purchase.amount.currencyCode", "USD", StatusCode.InvalidArgument, "CURRENCY_MISMATCH", "purchase.amount.currency_code"),
            .. RequestId(activate, _member), .. Slug(activate, _member, "programmeId"), .. Slug(activate, _member, "campaignId"),
            Refused(activate, _member, "campaignId", _unknown, StatusCode.NotFound, "CAMPAIGN_NOT_FOUND"),
            Refused(activate, _member, "programmeId", _unknown, StatusCode.FailedPrecondition, "MEMBERSHIP_NOT_FOUND"),
            .. Slug(expiry, _operator, "programmeId"), Invalid(expiry, _operator, "untilTime", null),
            Refused(expiry, _operator, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. RequestId(award, _partner), .. Reference(award, "awardReference"), .. Number(award, _partner), NotFound(award, "{strangersNumber}"), .. Points(award, _partner),
            Invalid(award, _partner, "activityId", "review") with { Field = "amount_points" }, Invalid(award, _partner, "activityId", "Two Words"),
            Refused(award, _partner, "activityId", "review", StatusCode.NotFound, "ACTIVITY_NOT_FOUND") with
            {
                Break = json =>
                {
                    (json["activityId"], json["reason"]) = ("review", "AWARD_REASON_ACTIVITY");
                    json.Remove("amountPoints");
                },
            },
            .. RequestId(adjust, _operator), .. Slug(adjust, _operator, "programmeId"), .. Number(adjust, _operator), .. Outside(adjust, "amountPoints", 0, -1_000_000_000_001, 1_000_000_000_001),
            Invalid(adjust, _operator, "reason", null), Invalid(adjust, _operator, "reason", 99), Invalid(adjust, _operator, "caseReference", null), Invalid(adjust, _operator, "caseReference", " x"),
            Refused(adjust, _operator, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"), Refused(adjust, _operator, "membershipNumber", "nobody", StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND"),
            Invalid(award, _partner, "reason", null), Invalid(award, _partner, "reason", 99), Invalid(award, _partner, "expireTime", "2099-01-01T00:00:00Z"),
            Refused(award, _partner, "amountPoints", "1000000000000", StatusCode.FailedPrecondition, "AWARD_LIMIT_REACHED"),
            .. Number("RuleService/GetTier", _partner), NotFound("RuleService/GetTier", "{strangersNumber}"), Invalid("RuleService/GetTier", _partner, "programmeId", "alpha-points"),
            .. Reference(get, "purchaseReference"), Refused(get, _partner, "purchaseReference", "{strangersPurchase}", StatusCode.NotFound, "PURCHASE_NOT_FOUND"),
            .. Page(movements, _member), .. Slug(movements, _member, "programmeId"), Invalid(movements, _member, "membershipNumber", "1"), Invalid(movements, _member, "language", "fi"),
            Invalid(movements, _member, "kinds", new JsonArray(99)), Refused(movements, _member, "programmeId", _unknown, StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND"),
            .. Amount(compare, _member, "amount"), Invalid(compare, _member, "category", "Two Words"), Invalid(compare, _member, "channel", 99),
            Invalid("EarningService/StreamAwards", _partner, "award", null) with { Field = "award.request_id" },
            Invalid("MemberService/EnrollMembers", _partner, "enrolment", null) with { Field = "enrolment.request_id" },
            Invalid(simulate, _operator, "agreement", null) with { Field = "tried" }, Invalid(simulate, _operator, "untilTime", "2026-01-01T00:00:00Z"),
            Invalid(simulate, _operator, "untilTime", "2027-02-06T00:00:00Z"), .. Slug(simulate, _operator, "agreement.programmeId"), Invalid(simulate, _operator, "agreement.rates", null),
            Invalid(simulate, _operator, "agreement.rates", new JsonArray(_rate.DeepClone(), _rate.DeepClone())),
            Refused(simulate, _operator, "agreement.programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(simulate, _operator, "agreement.partnerId", _unknown, StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            .. Page(list, _partner), Invalid(list, _partner, "fromTime", "1999-12-31T23:59:59Z"), Invalid(list, _partner, "untilTime", "0001-01-01T00:00:00Z"),
        ];
    }

    /// <summary>The faults of what a purchase tells beside its amount of 9.99.</summary>
    private static IEnumerable<Fault> Details(string method, string path) =>
    [
        Invalid(method, _partner, $"{path}lines", JsonNode.Parse("""[{"amountMicros":"9980000"}]""")), Invalid(method, _partner, $"{path}lines", JsonNode.Parse("""[{}]""")),
        Invalid(method, _partner, $"{path}lines", new JsonArray([.. Enumerable.Range(0, 201).Select(_ => new JsonObject())])),
        Invalid(method, _partner, $"{path}lines", JsonNode.Parse("""[{"category":"Coffee Beans","amountMicros":"9990000"}]""")) with { Field = $"{path}lines[0].category" },
        Invalid(method, _partner, $"{path}lines", JsonNode.Parse("""[{"amountMicros":"1000000000000001"}]""")) with { Field = $"{path}lines[0].amount_micros" },
        Invalid(method, _partner, $"{path}lines", JsonNode.Parse("""[{"quantityThousandths":"-1000000001","amountMicros":"9990000"}]""")) with { Field = $"{path}lines[0].quantity_thousandths" },
        Invalid(method, _partner, $"{path}paidWithPointsMicros", "9990001"), Invalid(method, _partner, $"{path}paidWithPointsMicros", "-1"), Invalid(method, _partner, $"{path}channel", 99),
    ];
}
