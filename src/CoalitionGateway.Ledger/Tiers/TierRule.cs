using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Tiers;

/// <summary>What counts towards a tier. The numbers match the contract's.</summary>
public enum TierMeasure
{
    /// <summary>The points that the agreement's rate gave.</summary>
    Points = 1,

    /// <summary>The amount of purchases in one currency, in micros, without the part that points paid.</summary>
    Spend = 2,

    /// <summary>The number of purchases.</summary>
    Purchases = 3,
}

/// <summary>One tier.</summary>
/// <param name="Id">The operator's name of the tier.</param>
/// <param name="Threshold">As much must have counted in one period.</param>
/// <param name="FactorPercent">What the agreement's points become: 150 gives half as many again. 100 to 10,000.</param>
/// <param name="KeepsPoints">Whether points that are earned in the tier never expire.</param>
public sealed record TierLevel(string Id, long Threshold, long FactorPercent, bool KeepsPoints)
{
    internal static void Encode(CanonicalWriter writer, TierLevel level) =>
        writer.Text(level.Id).Number(level.Threshold).Number(level.FactorPercent).Flag(level.KeepsPoints);

    internal static TierLevel Decode(CanonicalReader reader) => new(reader.Text(), reader.Number(), reader.Number(), reader.Flag());
}

/// <summary>
/// A programme's tiers. What counts is added up over a year that begins in a certain month. A tier is reached at once, from
/// the next purchase on. It is kept to the end of the year and some months longer.
/// </summary>
/// <param name="CurrencyCode">The currency of <see cref="TierMeasure.Spend"/>; otherwise empty.</param>
/// <param name="StartMonth">The month in which the year begins: 1 to 12.</param>
/// <param name="KeepMonths">The months after the year for which the tier is kept: 0 to 36.</param>
/// <param name="Levels">In the order of their thresholds.</param>
public sealed record TierRule(TierMeasure Measure, string CurrencyCode, long StartMonth, long KeepMonths, IReadOnlyList<TierLevel> Levels)
{
    /// <summary>The rule's name in counters. No campaign has this name.</summary>
    public const string CounterRule = "/tier";

    /// <summary>The first day of the year to which a day belongs.</summary>
    public DateOnly StartOf(DateOnly day) => new(day.Month < StartMonth ? day.Year - 1 : day.Year, (int)StartMonth, 1);

    /// <summary>The name of a day's year in counters.</summary>
    public string PeriodOf(DateOnly day) => $"{StartOf(day):yyyy-MM-dd}";

    /// <summary>The first day on which a tier that was reached on a day is not kept any more.</summary>
    public DateOnly EndOf(DateOnly day) => StartOf(day).AddYears(1).AddMonths((int)KeepMonths);

    /// <summary>The place of a tier, from 0; -1 if there is none of this name.</summary>
    public int RankOf(string id)
    {
        for (var i = 0; i < Levels.Count; i++)
        {
            if (Levels[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The place of the highest tier for what has counted; -1: none.</summary>
    public int RankFor(long counted)
    {
        var rank = -1;
        while (rank + 1 < Levels.Count && Levels[rank + 1].Threshold <= counted)
        {
            rank++;
        }

        return rank;
    }

    /// <summary>The highest tier that a membership has at a time; null if it has none.</summary>
    public TierLevel? At(IEnumerable<TierHeld> held, DateTime time)
    {
        var rank = held.Where(tier => tier.FromTime <= time && time < tier.UntilTime).Select(tier => RankOf(tier.TierId)).DefaultIfEmpty(-1).Max();
        return rank < 0 ? null : Levels[rank];
    }

    internal static void Encode(CanonicalWriter writer, TierRule? rule)
    {
        writer.Flag(rule is not null);
        if (rule is not null)
        {
            writer.Number((int)rule.Measure).Text(rule.CurrencyCode).Number(rule.StartMonth).Number(rule.KeepMonths).List(rule.Levels, TierLevel.Encode);
        }
    }

    internal static TierRule? Decode(CanonicalReader reader) => reader.Flag()
        ? new TierRule(reader.Value<TierMeasure>(), reader.Text(), reader.Number(), reader.Number(), reader.List(TierLevel.Decode))
        : null;
}
