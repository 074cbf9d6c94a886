namespace CoalitionGateway.Ledger.Programmes;

/// <summary>How exact points become whole ones; the numbers are those of the contract.</summary>
public enum Rounding
{
    Down = 1,
    Nearest = 2,
    Up = 3,
}
