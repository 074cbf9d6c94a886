namespace CoalitionGateway.Ledger.Programmes;

/// <summary>How a fraction of points is rounded. The numbers match the contract's.</summary>
public enum Rounding
{
    Down = 1,
    Nearest = 2,
    Up = 3,
}
