using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>How points are spent as money at a till.</summary>
/// <param name="StepPoints">Points are spent in multiples of it. At least 1.</param>
/// <param name="MinPoints">The fewest points that can be spent at once.</param>
/// <param name="MaxBillPercent">The largest part of a bill that points can pay. 1 to 100.</param>
/// <param name="ApprovalAbovePoints">Above so many points the member must approve. 0: no approval is needed.</param>
/// <param name="ReservationMinutes">How long points are reserved. 1 to 10,080, which is a week.</param>
/// <param name="GraceDays">Refunded points that have expired meanwhile can be used so many days more. 0: they have lapsed.</param>
public sealed record SpendingRule(
    long StepPoints, long MinPoints, long MaxBillPercent, long ApprovalAbovePoints, long ReservationMinutes, long GraceDays)
{
    /// <summary>The fewest points that can be spent at once, and are worth at least one minor unit of the currency.</summary>
    /// <param name="pointValue">The value of one point.</param>
    public long Least(Money pointValue)
    {
        var unit = Currencies.MinorUnitMicros(pointValue.CurrencyCode) ?? 1;
        var least = Math.Max(MinPoints, (unit + pointValue.Micros - 1) / pointValue.Micros);
        return (least + StepPoints - 1) / StepPoints * StepPoints;
    }

    /// <summary>The largest number of points up to a number that can be spent at once; 0: none.</summary>
    public long Within(long points, Money pointValue) => points / StepPoints * StepPoints is var whole && whole >= Least(pointValue) ? whole : 0;

    internal static void Encode(CanonicalWriter writer, SpendingRule? rule)
    {
        writer.Flag(rule is not null);
        if (rule is not null)
        {
            writer.Number(rule.StepPoints).Number(rule.MinPoints).Number(rule.MaxBillPercent).Number(rule.ApprovalAbovePoints)
                .Number(rule.ReservationMinutes).Number(rule.GraceDays);
        }
    }

    internal static SpendingRule? Decode(CanonicalReader reader) => !reader.Flag() ? null : new SpendingRule(
        reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number());
}
