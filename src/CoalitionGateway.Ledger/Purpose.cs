namespace CoalitionGateway.Ledger;

/// <summary>What a partner uses a member's data for; the numbers are those of the contract.</summary>
public enum Purpose
{
    ProgrammeOperation = 1,
    Marketing = 2,
    Personalisation = 3,
    Analytics = 4,
    CustomerSupport = 5,
}
