using System.Text.Json.Nodes;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of payments with points, rewards and vouchers.</summary>
internal static partial class FaultTable
{
    private static IEnumerable<Fault> Spending()
    {
        const string publish = "RewardService/PublishReward", list = "RewardService/ListRewards", identify = "RewardService/IdentifyMember", receipt = "RewardService/GetReceipt", reserve = "RewardService/ReservePoints";
        const string capture = "RewardService/CaptureRedemption", release = "RewardService/ReleaseRedemption", refund = "RewardService/RefundRedemption";
        const string claim = "RewardService/ClaimReward", use = "RewardService/UseVoucher", terms = "RuleService/PublishProgrammeTerms";
        return
        [
            .. RequestId(publish, _operator), .. Slug(publish, _operator, "reward.programmeId"), .. Slug(publish, _operator, "reward.rewardId"),
            .. Outside(publish, "reward.pricePoints", 0, -1, 1_000_000_000_001), Invalid(publish, _operator, "reward.texts", null),
            Invalid(publish, _operator, "reward.texts", JsonNode.Parse("""[{"language":"fi","name":"Kahvi"}]""")),
            Invalid(publish, _operator, "reward.texts", JsonNode.Parse("""[{"language":"en","name":"A"},{"language":"en","name":"B"}]""")),
            Invalid(publish, _operator, "reward.texts", JsonNode.Parse("""[{"language":"en","name":" "}]""")) with { Field = "reward.texts[0].name" },
            Invalid(publish, _operator, "reward.value", JsonNode.Parse("""{"currencyCode":"EUR","micros":"0"}""")) with { Field = "reward.value.micros" },
            Invalid(publish, _operator, "reward.fromTime", null), Invalid(publish, _operator, "reward.untilTime", "2026-01-01T00:00:00Z"),
            .. Outside(publish, "reward.stockCount", -1, 1_000_000_001), .. Outside(publish, "reward.maxPerMember", -1, 1_000_001), .. Outside(publish, "reward.voucherDays", 0, 3651),
            Invalid(publish, _operator, "reward.tierIds", new JsonArray("gold", "gold")), Invalid(publish, _operator, "reward.partnerIds", new JsonArray("beta", "beta")),
            .. Outside(publish, "reward.version", 1), .. Outside(publish, "reward.leftCount", 1),
            Refused(publish, _operator, "reward.programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            Refused(publish, _operator, "reward.partnerIds", new JsonArray(_unknown), StatusCode.NotFound, "PARTNER_NOT_FOUND"),
            .. Page(list, _partner), .. Slug(list, _partner, "programmeId"), Refused(list, _partner, "programmeId", _unknown, StatusCode.NotFound, "PROGRAMME_NOT_FOUND"),
            .. Number(identify, _partner), NotFound(identify, "{strangersNumber}"), Invalid(identify, _partner, "purpose", 99),
            Invalid(receipt, _partner, "purchaseReference", "a\tb"), Invalid(receipt, _partner, "redemptionReferences", null) with { Field = "purchase_reference" },
            Invalid(receipt, _partner, "redemptionReferences", new JsonArray("{spent}", "{spent}")), Invalid(receipt, _partner, "redemptionReferences", new JsonArray("")) with { Field = "redemption_references[0]" },
            Invalid(receipt, _partner, "redemptionReferences", new JsonArray([.. Enumerable.Range(0, 11).Select(i => (JsonNode)$"r{i}")])), Invalid(receipt, _partner, "language", "fi"),
            Refused(receipt, _partner, "purchaseReference", "nobody", StatusCode.NotFound, "PURCHASE_NOT_FOUND"),
            Refused(receipt, _partner, "redemptionReferences", new JsonArray("nobody"), StatusCode.NotFound, "REDEMPTION_NOT_FOUND"),
            .. RequestId(reserve, _partner), .. Reference(reserve, "redemptionReference"), .. Number(reserve, _partner), NotFound(reserve, "{strangersNumber}"), .. Points(reserve, _partner),
            Refused(reserve, _partner, "redemptionReference", "{spent}", StatusCode.AlreadyExists, "REDEMPTION_REFERENCE_TAKEN"),
            Refused(reserve, _partner, "bill.currencyCode", "USD", StatusCode.InvalidArgument, "CURRENCY_MISMATCH", "bill.currency_code"),
            Refused(reserve, _partner, "amountPoints", "15", StatusCode.InvalidArgument, "SPENDING_STEP", "amount_points"),
            Refused(reserve, _partner, "amountPoints", "1000", StatusCode.FailedPrecondition, "SPENDING_LIMIT"),
            .. new[] { capture, release, refund }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _partner), .. Reference(method, "redemptionReference"),
                Refused(method, _partner, "redemptionReference", "nobody", StatusCode.NotFound, "REDEMPTION_NOT_FOUND"),
            ]),
            .. new[] { capture, refund }.SelectMany(method => new[] { "-1", "1000000000001" }.Select(points => Invalid(method, _partner, "amountPoints", points))),
            Refused(capture, _partner, "redemptionReference", "{spent}", StatusCode.FailedPrecondition, "REDEMPTION_NOT_OPEN"),
            Refused(capture, _partner, "amountPoints", "100000", StatusCode.FailedPrecondition, "CAPTURE_EXCEEDS_RESERVED"),
            Refused(refund, _partner, "amountPoints", "100000", StatusCode.FailedPrecondition, "REFUND_EXCEEDS_CAPTURED"),
            .. new[] { "RewardService/ApproveRedemption", "RewardService/DeclineRedemption" }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _member), .. Uuid(method, _member, "redemptionId"),
                Refused(method, _member, "redemptionId", UnknownId, StatusCode.NotFound, "REDEMPTION_NOT_FOUND"),
            ]),
            .. Reference("RewardService/GetRedemption", "redemptionReference"),
            Invalid("RewardService/GetRedemption", _partner, "redemptionReference", null), Invalid("RewardService/GetRedemption", _partner, "redemptionId", UnknownId),
            Refused("RewardService/GetRedemption", _partner, "redemptionReference", "nobody", StatusCode.NotFound, "REDEMPTION_NOT_FOUND"),
            .. Page("RewardService/ListRedemptions", _partner), .. Page("RewardService/ListVouchers", _member),
            .. RequestId(claim, _member), .. Slug(claim, _member, "programmeId"), .. Slug(claim, _member, "rewardId"), Invalid(claim, _member, "poolId", "1"),
            Refused(claim, _member, "programmeId", _unknown, StatusCode.FailedPrecondition, "MEMBERSHIP_NOT_FOUND"),
            Refused(claim, _member, "rewardId", _unknown, StatusCode.NotFound, "REWARD_NOT_FOUND"),
            Refused(claim, _member, "poolId", UnknownId, StatusCode.NotFound, "POOL_NOT_FOUND"),
            .. Vouchers(),
            .. RequestId(use, _partner), Invalid(use, _partner, "voucherCode", null), Invalid(use, _partner, "voucherCode", "SHORT"),
            Refused(use, _partner, "voucherCode", "222222222222", StatusCode.NotFound, "VOUCHER_NOT_FOUND"),
            Invalid(terms, _operator, "terms.spending", new JsonObject()) with { Field = "terms.spending.step_points" },
            Invalid(terms, _operator, "terms.spending", JsonNode.Parse("""{"stepPoints":"1","maxBillPercent":"101","reservationMinutes":"1"}""")) with { Field = "terms.spending.max_bill_percent" },
            Invalid(terms, _operator, "terms.spending", JsonNode.Parse("""{"stepPoints":"1","maxBillPercent":"100","reservationMinutes":"10081"}""")) with { Field = "terms.spending.reservation_minutes" },
            Invalid(terms, _operator, "terms.spending", JsonNode.Parse("""{"stepPoints":"1","maxBillPercent":"100","reservationMinutes":"1","graceDays":"3651"}""")) with { Field = "terms.spending.grace_days" },
        ];
    }

    private static IEnumerable<Fault> Vouchers()
    {
        const string publish = "RewardService/PublishReward", reserve = "RewardService/ReservePoints", use = "RewardService/UseVoucher", code = "RewardService/CreatePaymentCode";
        return
        [
            Invalid(publish, _operator, "reward.channels", new JsonArray("SALES_CHANNEL_WEB", "SALES_CHANNEL_WEB")), Invalid(publish, _operator, "reward.channels", new JsonArray("SALES_CHANNEL_UNSPECIFIED")),
            .. Outside(publish, "reward.entitlementDays", -1, 3651),
            .. new[] { """{"currencyCode":"EUR","micros":"-10000"}""", """{"currencyCode":"EUR","micros":"5000"}""", """{"currencyCode":"XXX","micros":"1000000"}""" }
                .Zip(new[] { "micros", "micros", "currency_code" }, (money, field) => Invalid(publish, _operator, "reward.priceMoney", JsonNode.Parse(money)) with { Field = $"reward.price_money.{field}" }),
            .. new[] { """{"leastPoints":"0"}""", """{"leastPoints":"1","day":"32"}""", """{"leastPoints":"1","months":[13]}""", """{"leastPoints":"1","months":[2,2]}""", """{"leastPoints":"200","maxPoints":"299"}""", """{"leastPoints":"1","group":"A B"}""" }
                .Zip(new[] { "least_points", "day", "months", "months", "max_points", "group" }, (payout, field) => Invalid(publish, _operator, "reward.payout", JsonNode.Parse(payout)) with { Field = $"reward.payout.{field}" }),
            Invalid(reserve, _partner, "paymentCode", "222222222222") with { Field = "membership_number" }, Invalid(reserve, _partner, "paymentCode", "SHORT"),
            .. RequestId(code, _member), .. Slug(code, _member, "programmeId"), Refused(code, _member, "programmeId", _unknown, StatusCode.FailedPrecondition, "MEMBERSHIP_NOT_FOUND"),
            .. new[] { "-1", "1000000000001" }.Select(points => Invalid(code, _member, "maxPoints", points)),
            .. new[] { "RewardService/GetVoucher", "RewardService/ReturnVoucher" }.SelectMany(method => (Fault[])
            [
                Invalid(method, _partner, "voucherCode", null), Invalid(method, _partner, "voucherCode", "SHORT"),
                Refused(method, _partner, "voucherCode", "222222222222", StatusCode.NotFound, "VOUCHER_NOT_FOUND"),
            ]),
            .. RequestId("RewardService/ReturnVoucher", _partner), Invalid(use, _partner, "channel", 9),
        ];
    }
}
