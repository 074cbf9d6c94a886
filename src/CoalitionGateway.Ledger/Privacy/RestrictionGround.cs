namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Why a member may have processing restricted (GDPR Art. 18(1)). The numbers match the contract's.</summary>
public enum RestrictionGround
{
    AccuracyContested = 1,
    UnlawfulProcessing = 2,
    LegalClaims = 3,
    ObjectionPending = 4,
}
