namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Why a member may have processing restricted (GDPR Art. 18(1)); the numbers are those of the contract.</summary>
public enum RestrictionGround
{
    AccuracyContested = 1,
    UnlawfulProcessing = 2,
    LegalClaims = 3,
    ObjectionPending = 4,
}
