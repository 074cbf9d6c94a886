namespace CoalitionGateway.Ledger.Programmes;

/// <summary>The terms for unlinked returns: returns whose purchase is not known.</summary>
/// <param name="MaxPointsPerDay">The most points that they take from one member in one day (UTC). 0: no limit.</param>
/// <param name="AllowDebt">
/// Whether they may take more points than the brand gave the member; the rest becomes debt. Only in the brand's own programme.
/// </param>
public readonly record struct UnlinkedReturns(long MaxPointsPerDay, bool AllowDebt);
