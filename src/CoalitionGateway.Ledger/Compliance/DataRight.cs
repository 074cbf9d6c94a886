namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A right that a member uses (GDPR, chapter III). The numbers match the contract's.</summary>
public enum DataRight
{
    Access = 1,
    Rectification = 2,
    Erasure = 3,
    Restriction = 4,
    Portability = 5,
    Objection = 6,
}
