namespace CoalitionGateway.Ledger.Consents;

/// <summary>How a member refused all sharing. The numbers match the contract's.</summary>
public enum RefusalSignal
{
    /// <summary>The member's own statement.</summary>
    Member = 1,

    /// <summary>A signal of the member's browser or app: Global Privacy Control (W3C, "Sec-GPC: 1").</summary>
    GlobalPrivacyControl = 2,
}
