namespace CoalitionGateway.Ledger.Consents;

public static class ConsentRules
{
    /// <summary>The categories that a member can consent to share.</summary>
    public static readonly IReadOnlyList<DataCategory> Shareable =
        [DataCategory.Identity, DataCategory.Contact, DataCategory.Location, DataCategory.Relationship];

    /// <summary>The purpose's name in refusals, as the contract spells it.</summary>
    public static string Name(this Purpose purpose) => purpose switch
    {
        Purpose.ProgrammeOperation => "programme_operation",
        Purpose.Marketing => "marketing",
        Purpose.Personalisation => "personalisation",
        Purpose.Analytics => "analytics",
        Purpose.CustomerSupport => "customer_support",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    /// <summary>Whether the purpose rests on consent (GDPR Art. 6(1)(a)) and not on the contract (Art. 6(1)(b)).</summary>
    public static bool NeedsConsent(this Purpose purpose) => purpose != Purpose.ProgrammeOperation;
}

/// <summary>Names a notice text by version, language and hash; see the contract's Notice.</summary>
public sealed record NoticeRef(string Version, string Language, byte[] TextSha256);
