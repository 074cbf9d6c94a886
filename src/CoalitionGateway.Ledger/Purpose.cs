namespace CoalitionGateway.Ledger;

/// <summary>The purpose for which a partner uses a member's data. The numbers match the contract's.</summary>
public enum Purpose
{
    ProgrammeOperation = 1,
    Marketing = 2,
    Personalisation = 3,
    Analytics = 4,
    CustomerSupport = 5,
}
