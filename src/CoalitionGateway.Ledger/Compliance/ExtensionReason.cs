namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Why a request takes longer (GDPR Art. 12(3)). The numbers match the contract's.</summary>
public enum ExtensionReason
{
    Complexity = 1,
    NumberOfRequests = 2,
}
