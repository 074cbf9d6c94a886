namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Why a request takes longer (GDPR Art. 12(3)); the numbers are those of the contract.</summary>
public enum ExtensionReason
{
    Complexity = 1,
    NumberOfRequests = 2,
}
