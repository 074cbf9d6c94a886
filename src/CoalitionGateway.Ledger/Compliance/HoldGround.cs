namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Why data must not be erased (GDPR Art. 17(3)). The numbers match the contract's.</summary>
public enum HoldGround
{
    /// <summary>Art. 17(3)(b): a law requires that the data is kept.</summary>
    LegalObligation = 1,

    /// <summary>Art. 17(3)(e): the data is needed for legal claims.</summary>
    LegalClaims = 2,
}
