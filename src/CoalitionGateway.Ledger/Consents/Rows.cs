namespace CoalitionGateway.Ledger.Consents;

/// <summary>What a partner uses a member's data for; the numbers are those of the contract.</summary>
public enum Purpose
{
    ProgrammeOperation = 1,
    Marketing = 2,
    Personalisation = 3,
    Analytics = 4,
    CustomerSupport = 5,
}

/// <summary>Categories of personal data; the numbers are those of the contract.</summary>
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

/// <summary>A text that members are shown; see the contract's Notice.</summary>
public sealed record NoticeRef(string Version, string Language, byte[] TextSha256);

/// <summary>A member's consent for one partner and purpose, as its latest event left it.</summary>
/// <param name="Categories">Numbers of <see cref="DataCategory"/>, ascending, with commas between.</param>
/// <param name="EventId">The event that gave it last, or withdrew it.</param>
public sealed record Consent(
    MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, string NoticeVersion, string NoticeLanguage,
    byte[] NoticeSha256, EventId EventId, DateTime GiveTime, DateTime? WithdrawTime) : Row
{
    public override Key Primary => new Of(MemberId, PartnerId, Purpose);

    public bool IsInForce => WithdrawTime is null;

    public bool Covers(DataCategory category) => IsInForce && CategoryList.Contains(category);

    public IEnumerable<DataCategory> CategoryList => Split(Categories);

    /// <summary>Reads what <see cref="Join"/> wrote.</summary>
    public static IEnumerable<DataCategory> Split(string categories) => categories.Split(',').Select(number => (DataCategory)int.Parse(number));

    public static string Join(IEnumerable<DataCategory> categories) => string.Join(',', categories.Order().Select(category => (int)category));

    public sealed record Of(MemberId MemberId, PartnerId PartnerId, Purpose Purpose) : Key<Consent>;
}
