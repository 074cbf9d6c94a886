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

    /// <summary>The points that all rules gave for purchases, the tier's and the campaigns' included.</summary>
    AllPoints = 4,

    /// <summary>The whole units of the purchases' lines, such as nights or flights.</summary>
    Units = 5,
}

/// <summary>One tier.</summary>
/// <param name="Id">The operator's name of the tier.</param>
/// <param name="Threshold">As much must have counted in one period.</param>
/// <param name="FactorPercent">What the agreement's points become: 150 gives half as many again. 100 to 10,000.</param>
/// <param name="KeepsPoints">Whether points that are earned in the tier never expire.</param>
/// <param name="PausesExpiry">Whether no points expire while a member has the tier.</param>
public sealed record TierLevel(string Id, long Threshold, long FactorPercent, bool KeepsPoints, bool PausesExpiry = false)
{
    internal static void Encode(CanonicalWriter writer, TierLevel level) =>
        writer.Text(level.Id).Number(level.Threshold).Number(level.FactorPercent).Flag(level.KeepsPoints).Flag(level.PausesExpiry);

    internal static TierLevel Decode(CanonicalReader reader) => new(reader.Text(), reader.Number(), reader.Number(), reader.Flag(), reader.Flag());
}

/// <summary>
/// A programme's tiers. What counts is added up over a period of the calendar, or over the last months. A tier is reached at
/// once, from the next purchase on. It is kept to the end of the period and some months longer.
/// </summary>
/// <param name="CurrencyCode">The currency of <see cref="TierMeasure.Spend"/>; otherwise empty.</param>
/// <param name="StartMonth">The month in which the year begins: 1 to 12. The year is divided into periods.</param>
/// <param name="KeepMonths">The months after the period for which the tier is kept: 0 to 36.</param>
/// <param name="Levels">In the order of their thresholds.</param>
public sealed record TierRule(TierMeasure Measure, string CurrencyCode, long StartMonth, long KeepMonths, IReadOnlyList<TierLevel> Levels)
{
    /// <summary>The rule's name in counters. No campaign has this name.</summary>
    public const string CounterRule = "/tier";

    private const int _months = 12;

    /// <summary>The months of a period: 1, 2, 3, 4, 6 or 12; if it rolls, 1 to 36.</summary>
    public long PeriodMonths { get; init; } = 12;

    /// <summary>Whether the period is always the last months, with the present one. Its counters are then those of months.</summary>
    public bool IsRolling { get; init; }

    /// <summary>The first day of the period that a counter counts: the calendar's period, or the month if the period rolls.</summary>
    public DateOnly StartOf(DateOnly day)
    {
        var month = new DateOnly(day.Year, day.Month, 1);
        return IsRolling ? month : month.AddMonths(-((day.Month - (int)StartMonth + _months) % _months % (int)PeriodMonths));
    }

    /// <summary>The name of the counter that a purchase of a day raises.</summary>
    public string PeriodOf(DateOnly day) => NameOf(StartOf(day));

    /// <summary>The names of the counters that are added up on a day.</summary>
    public IReadOnlyList<string> PeriodsOf(DateOnly day) =>
        IsRolling ? [.. Enumerable.Range(0, (int)PeriodMonths).Select(back => NameOf(StartOf(day).AddMonths(-back)))] : [PeriodOf(day)];

    /// <summary>The first day after the period of a day: after the month, if the period rolls.</summary>
    public DateOnly NextOf(DateOnly day) => StartOf(day).AddMonths(IsRolling ? 1 : (int)PeriodMonths);

    /// <summary>The first day on which a tier that was reached on a day is not kept any more.</summary>
    public DateOnly EndOf(DateOnly day) => NextOf(day).AddMonths((int)KeepMonths);

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
            writer.Number((int)rule.Measure).Text(rule.CurrencyCode).Number(rule.StartMonth).Number(rule.KeepMonths).List(rule.Levels, TierLevel.Encode)
                .Number(rule.PeriodMonths).Flag(rule.IsRolling);
        }
    }

    internal static TierRule? Decode(CanonicalReader reader) => reader.Flag()
        ? new TierRule(reader.Value<TierMeasure>(), reader.Text(), reader.Number(), reader.Number(), reader.List(TierLevel.Decode))
        {
            PeriodMonths = reader.Number(), IsRolling = reader.Flag(),
        }
        : null;

    /// <summary>Periods of other lengths and other measures have other names, so that terms with such a change count anew.</summary>
    private string NameOf(DateOnly start)
    {
        var period = IsRolling ? $"{start:yyyy-MM}" : PeriodMonths == _months ? $"{start:yyyy-MM-dd}" : $"{start:yyyy-MM-dd}/{PeriodMonths}";
        return Measure switch
        {
            TierMeasure.Spend => $"{period}/{CurrencyCode}",
            TierMeasure.Purchases => $"{period}/purchases",
            TierMeasure.AllPoints => $"{period}/all",
            TierMeasure.Units => $"{period}/units",
            _ => period,
        };
    }
}
