namespace CoalitionGateway.Ledger.Earning;

/// <summary>How many points a caller gave and took in adjustments of a day. A limit for each call would be no limit.</summary>
/// <param name="Actor">The caller, as <see cref="Caller.ToString"/> writes it.</param>
/// <param name="Day">The day (UTC), in days since 1970.</param>
public sealed record AdjustedPoints(string Actor, long Day, long Points) : Row
{
    public override Key Primary => new Of(Actor, Day);

    public static Of KeyOf(Caller caller, DateTime time) => new(caller.ToString(), (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerDay);

    public sealed record Of(string Actor, long Day) : Key<AdjustedPoints>;
}
