using CoalitionGateway.Ledger.Consents;
namespace CoalitionGateway.Ledger;

/// <summary>Categories of personal data. The numbers match the contract's.</summary>
public enum DataCategory
{
    None = 1,
    Identifier = 2,
    Identity = 3,
    Contact = 4,
    Location = 5,
    Relationship = 6,
    Transaction = 7,
    Balance = 8,
    Consent = 9,
    Credential = 10,
}
