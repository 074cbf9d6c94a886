using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>When points of a programme can be used, counted from the day of the purchase in the programme's time zone.</summary>
/// <param name="PendingDays">The points are pending for so many days, from 0 to 366. 0: they can be used at once.</param>
/// <param name="Expiry">Null: the points never expire.</param>
public sealed record LotRule(long PendingDays, Expiry? Expiry)
{
    /// <summary>Points that can be used at once and never expire.</summary>
    public static readonly LotRule None = new(0, null);

    /// <summary>The term of points for a purchase.</summary>
    public Term TermOf(DateTime purchaseTime, Calendar calendar)
    {
        if (this == None)
        {
            return Term.Plain;
        }

        var day = calendar.DayOf(purchaseTime);
        return new Term(
            PendingDays > 0 ? calendar.StartOf(day.AddDays((int)PendingDays)) : null,
            Expiry is null ? null : calendar.EndOf(Expiry.LastDay(day)));
    }

    internal void Encode(CanonicalWriter writer)
    {
        writer.Number(PendingDays);
        Expiry.Encode(writer, Expiry);
    }

    internal static LotRule Decode(CanonicalReader reader) => new(reader.Number(), Expiry.Decode(reader));
}
