using System.Numerics;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>
/// One version of a campaign. A published version never changes. It holds for purchases from <paramref name="FromTime"/> on,
/// until a later version holds.
/// </summary>
/// <param name="Id">The id that the operator chose, unique in the programme.</param>
public sealed record Campaign(ProgrammeId ProgrammeId, string Id, long Version, DateTime FromTime, CampaignRule Rule, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId, Id, Version);

    public override IEnumerable<Key> Sets => [new ByProgramme(ProgrammeId)];

    /// <summary>How long after a campaign's end its budget still pays for purchases that were made before.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromDays(31);

    /// <summary>When what is left of the budget goes back to the payer.</summary>
    public DateTime CloseTime => (Rule.UntilTime > PublishTime ? Rule.UntilTime : PublishTime) + Allowance;

    /// <summary>Until when returns refill the budget: the campaign's end, or for a campaign of the past until the budget is closed.</summary>
    public DateTime RefillTime => Rule.UntilTime > PublishTime ? Rule.UntilTime : CloseTime;

    /// <summary>Whether a campaign's budget has been given back by now, by its latest version, whether or not a sweep has posted that.</summary>
    public static bool IsClosed(IEnumerable<Campaign> versions, string id, DateTime now) =>
        Latest(versions, id)?.CloseTime <= now;

    /// <summary>The latest version of a campaign, whether or not it holds yet; null if there is no such campaign.</summary>
    public static Campaign? Latest(IEnumerable<Campaign> versions, string id) => versions.Where(version => version.Id == id).MaxBy(version => version.Version);

    /// <summary>The end of the name of the counter of a member's counting purchases.</summary>
    public const string Visits = "/visits";

    /// <summary>
    /// The rule of the counter of a member's counting purchases. Its points are the number of the last purchase that got an
    /// award, so that a returned purchase in between gives no second award.
    /// </summary>
    public string VisitsRule => Id + Visits;

    /// <summary>The most purchases of a member that wait for an activation. Further ones get nothing.</summary>
    public const int MostWaiting = 200;

    /// <summary>The rule of the counter of a member's purchases that wait for an activation.</summary>
    public string WaitingRule => $"{Id}/waiting";

    /// <summary>The rule of the counters, one for each day, of a member's purchases at a brand.</summary>
    public string BoughtRule(PartnerId partner) => $"{Id}/at/{partner}";

    /// <summary>The campaigns that run at a time, each in the version that holds then, in the order of their ids.</summary>
    public static IReadOnlyList<Campaign> At(IReadOnlyList<Campaign> versions, DateTime time) => versions.Count == 0
        ? []
        : [
            .. versions.Where(version => version.FromTime <= time).GroupBy(version => version.Id, StringComparer.Ordinal)
                .Select(campaign => campaign.MaxBy(version => version.Version)!)
                .Where(version => version.Rule.FromTime <= time && time < version.Rule.UntilTime)
                .OrderBy(version => version.Id, StringComparer.Ordinal),
        ];

    /// <summary>The points for a purchase that counts, before caps and the budget; null if they exceed <see cref="Points.MaxPerCommand"/>.</summary>
    /// <param name="terms">The agreement's terms, of whose points <see cref="CampaignEffect.Percent"/> gives a percentage.</param>
    public long? PointsFor(PurchaseFacts facts, Terms terms)
    {
        if (facts.PaidWithPointsMicros == facts.Amount.Micros)
        {
            return 0;
        }

        var some = Rule.Filter.LinesOf(facts);
        var (lines, micros) = (some ?? facts.Lines, some is null ? facts.Amount.Micros : Math.Max(0, some.Sum(line => line.AmountMicros)));
        var paid = facts.Amount.Micros - facts.PaidWithPointsMicros;
        var earning = (long)((Int128)micros * paid / facts.Amount.Micros);
        BigInteger? exact = Rule.Effect switch
        {
            CampaignEffect.Percent => Base(facts, terms, some) is { } given ? (BigInteger)given * Rule.Amount / 100 : null,
            CampaignEffect.Fixed => Rule.Amount,
            CampaignEffect.PerUnit => (BigInteger)PurchaseLine.UnitsOf(lines) * Rule.Amount,
            CampaignEffect.PerSpend => IsIn(facts, Rule.Spend!.Value) ? (BigInteger)(earning / Rule.Spend.Value.Micros) * Rule.Amount : 0,
            _ => IsIn(facts, Rule.Spend!.Value) ? PointsOfBand(earning) : 0,
        };
        return exact <= Points.MaxPerCommand ? (long)exact : null;
    }

    /// <summary>The points of the highest band that an amount reaches; 0 if it reaches none.</summary>
    public long PointsOfBand(long micros) => Rule.Bands.LastOrDefault(band => band.FromMicros <= micros)?.Points ?? 0;

    /// <param name="some">The lines that count; null: all.</param>
    private static long? Base(PurchaseFacts facts, Terms terms, IReadOnlyList<PurchaseLine>? some) =>
        some is null && facts.Details is null
            ? terms.PointsFor(facts.Amount)
            : terms.PointsFor(facts.Amount, [.. (some ?? facts.Lines).Select(line => (line.Category, line.AmountMicros))], facts.PaidWithPointsMicros);

    private static bool IsIn(PurchaseFacts facts, Money of) => facts.Amount.CurrencyCode == of.CurrencyCode;

    public sealed record Of(ProgrammeId ProgrammeId, string Id, long Version) : Key<Campaign>;

    /// <summary>All versions of all campaigns of a programme.</summary>
    public sealed record ByProgramme(ProgrammeId ProgrammeId) : SetKey<Campaign>;
}
