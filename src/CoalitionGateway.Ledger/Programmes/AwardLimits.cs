namespace CoalitionGateway.Ledger.Programmes;

/// <summary>The most that a brand gives one member without a purchase. 0: nothing.</summary>
/// <param name="PointsPerDay">In one day of the programme's time zone, opening balances apart.</param>
/// <param name="OpeningPoints">As opening balances, in all.</param>
public readonly record struct AwardLimits(long PointsPerDay, long OpeningPoints);
