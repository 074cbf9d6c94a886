using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Purposes and categories in the W3C Data Privacy Vocabulary (DPV 2.0) and its extension for personal data.</summary>
internal static class DpvTerms
{
    private const string _dpv = "https://w3id.org/dpv#";
    private const string _pd = "https://w3id.org/dpv/pd#";

    public static string Of(Purpose purpose) => _dpv + purpose switch
    {
        Purpose.ProgrammeOperation => "FulfilmentOfContractualObligation",
        Purpose.Marketing => "DirectMarketing",
        Purpose.Personalisation => "Personalisation",
        Purpose.Analytics => "ServiceUsageAnalytics",
        Purpose.CustomerSupport => "CustomerCare",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    public static string Of(DataCategory category) => category switch
    {
        DataCategory.Identifier or DataCategory.Identity => _pd + "Identifying",
        DataCategory.Contact => _pd + "Contact",
        DataCategory.Location => _pd + "Location",
        DataCategory.Relationship => _pd + "Social",
        DataCategory.Transaction => _pd + "Transactional",
        DataCategory.Balance => _pd + "FinancialAccount",
        _ => _dpv + "PersonalData",
    };
}
