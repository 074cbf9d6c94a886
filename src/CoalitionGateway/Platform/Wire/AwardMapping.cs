using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Platform.Wire;

/// <summary>The awards of purchases on the wire.</summary>
internal static class AwardMapping
{
    public static IEnumerable<V1.Award> ToWire(PurchaseRecorded made) => AwardsOf(made).Select(award => ToWire(award, 0));

    public static V1.Award ToWire(Award award, long takenPoints) => new()
    {
        Rule = (V1.AwardRule)(int)award.Rule,
        CampaignId = award.Rule == AwardRule.Campaign ? award.RuleId : "",
        TierId = award.Rule == AwardRule.Tier ? award.RuleId : "",
        RuleVersion = award.RuleVersion,
        Points = award.Points,
        WithheldPoints = award.WithheldPoints,
        UsableTime = award.Term.UsableTime?.ToWire(),
        ExpireTime = award.Term.ExpireTime?.ToWire(),
        TakenPoints = takenPoints,
    };

    /// <summary>The awards of a purchase. One without a list has the agreement's award alone, with plain points.</summary>
    public static IReadOnlyList<Award> AwardsOf(PurchaseRecorded made) =>
        made.Awards.Count > 0 ? made.Awards : [new Award(AwardRule.Agreement, "", made.AgreementVersion, made.GivenPoints, 0, Term.Plain)];
}
