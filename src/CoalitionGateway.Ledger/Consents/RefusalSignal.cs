namespace CoalitionGateway.Ledger.Consents;

/// <summary>How a member said that nothing is to be shared; the numbers are those of the contract.</summary>
public enum RefusalSignal
{
    /// <summary>By themself.</summary>
    Member = 1,

    /// <summary>By their browser or app: Global Privacy Control (W3C, "Sec-GPC: 1").</summary>
    GlobalPrivacyControl = 2,
}
