namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Why data must not be erased (GDPR Art. 17(3)); the numbers are those of the contract.</summary>
public enum HoldGround
{
    /// <summary>Art. 17(3)(b): a law demands that it is kept.</summary>
    LegalObligation = 1,

    /// <summary>Art. 17(3)(e): legal claims.</summary>
    LegalClaims = 2,
}
