using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>What a member gets for referring another, once the other has bought for the first time.</summary>
/// <param name="ReferrerPoints">For the member who referred; 0: nothing.</param>
/// <param name="ReferredPoints">For the member who was referred; 0: nothing.</param>
/// <param name="WithinDays">The first purchase must be so many days after the enrolment at most. 0: no limit.</param>
/// <param name="MaxReferrals">The most referrals that are paid to one member. 0: no limit.</param>
public sealed record ReferralRule(long ReferrerPoints, long ReferredPoints, long WithinDays, long MaxReferrals)
{
    /// <summary>The name of a member's paid referrals in counters. No campaign has this name.</summary>
    public const string CounterRule = "/referral";

    internal static void Encode(CanonicalWriter writer, ReferralRule? rule)
    {
        writer.Flag(rule is not null);
        if (rule is not null)
        {
            writer.Number(rule.ReferrerPoints).Number(rule.ReferredPoints).Number(rule.WithinDays).Number(rule.MaxReferrals);
        }
    }

    internal static ReferralRule? Decode(CanonicalReader reader) =>
        reader.Flag() ? new ReferralRule(reader.Number(), reader.Number(), reader.Number(), reader.Number()) : null;
}
