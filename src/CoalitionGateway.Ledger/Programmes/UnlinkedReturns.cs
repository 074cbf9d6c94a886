namespace CoalitionGateway.Ledger.Programmes;

/// <summary>The terms for returns whose purchase is not known.</summary>
/// <param name="MaxPointsPerDay">The most that they take from one member in one day (UTC); 0: no such limit.</param>
/// <param name="AllowDebt">
/// Whether they may take more than the brand gave the member: the rest is owed. Only in the brand's own programme.
/// </param>
public readonly record struct UnlinkedReturns(long MaxPointsPerDay, bool AllowDebt);
