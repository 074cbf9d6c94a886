using CoalitionGateway.Ledger.Earning;

namespace CoalitionGateway.Platform.Wire;

/// <summary>The awards of purchases on the wire.</summary>
internal static class AwardMapping
{
    public static IEnumerable<V1.Award> ToWire(PurchaseRecorded made) => made.AllAwards.Select(award => ToWire(award, 0));

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
        WaitingPoints = award.WaitingPoints,
    };
}
