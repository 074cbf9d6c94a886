using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Tiers;

/// <summary>How a purchase changed a member's way to the tiers, as the answer tells it.</summary>
/// <param name="HeldId">The tier in which the purchase earned; empty: none.</param>
/// <param name="ReachedId">The tier that the purchase reached or renewed; empty: none.</param>
/// <param name="UntilTime">How long the reached tier is kept; null if none was reached.</param>
/// <param name="NextId">The tier above; empty: there is none.</param>
/// <param name="Missing">What must still count in this period for the tier above, in the measure of the rule.</param>
public sealed record TierProgress(string HeldId, string ReachedId, DateTime? UntilTime, string NextId, long Missing)
{
    /// <summary>From when on purchases earn in the reached tier; null if none was reached.</summary>
    public DateTime? FromTime { get; init; }

    /// <summary>Whether no points expire in the reached tier.</summary>
    public bool PausesExpiry { get; init; }

    /// <summary>The progress after so much has counted in the period of the purchase.</summary>
    /// <param name="rule">The programme's tiers.</param>
    /// <param name="tiers">The tiers that the membership has or had.</param>
    /// <param name="time">The time of the purchase.</param>
    /// <param name="counted">What has counted in that period, with the purchase.</param>
    /// <param name="latestTime">The time of the latest purchase that has counted in that period, with this one.</param>
    /// <param name="untilTime">How long a tier that is reached now is kept.</param>
    public static TierProgress Of(TierRule rule, IReadOnlyList<TierHeld> tiers, DateTime time, long counted, DateTime latestTime, DateTime untilTime)
    {
        var held = rule.At(tiers, time);
        var rank = rule.RankFor(counted);
        var isKept = rank < 0 || tiers.Any(tier => rule.RankOf(tier.TierId) >= rank && tier.FromTime <= latestTime && tier.UntilTime >= untilTime);
        var above = Math.Max(rank, held is null ? -1 : rule.RankOf(held.Id)) + 1;
        var next = above < rule.Levels.Count ? rule.Levels[above] : null;
        return new TierProgress(held?.Id ?? "", isKept ? "" : rule.Levels[rank].Id, isKept ? null : untilTime, next?.Id ?? "", next is null ? 0 : Math.Max(0, next.Threshold - counted))
        {
            FromTime = isKept ? null : latestTime, PausesExpiry = !isKept && rule.Levels[rank].PausesExpiry,
        };
    }

    internal static void Encode(CanonicalWriter writer, TierProgress? progress)
    {
        writer.Flag(progress is not null);
        if (progress is not null)
        {
            writer.Text(progress.HeldId).Text(progress.ReachedId).OptionalTime(progress.UntilTime).Text(progress.NextId).Number(progress.Missing)
                .OptionalTime(progress.FromTime).Flag(progress.PausesExpiry);
        }
    }

    internal static TierProgress? Decode(CanonicalReader reader) => reader.Flag()
        ? new TierProgress(reader.Text(), reader.Text(), reader.OptionalTime(), reader.Text(), reader.Number())
        {
            FromTime = reader.OptionalTime(), PausesExpiry = reader.Flag(),
        }
        : null;
}
