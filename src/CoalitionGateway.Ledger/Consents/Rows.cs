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

/// <summary>The versions of the notice: which one is shown, and on which a consent still rests.</summary>
/// <param name="Current">The version that is shown now.</param>
/// <param name="Valid">The versions since the last one that changed something that matters; the current one among them.</param>
public sealed record NoticesInForce(string Current, IReadOnlyList<string> Valid)
{
    /// <summary>For how many months a consent holds after it was given last; 0: until it is ended.</summary>
    public int LastsMonths { get; init; }

    /// <summary>Where a consent stands at a time under these notices; null where there is none.</summary>
    public ConsentState? StateOf(Consent? consent, DateTime now) => consent switch
    {
        { State: var state } when !state.IsInForce() => state,
        { NoticeVersion: var version } when !Valid.Contains(version) => ConsentState.Invalidated,
        { GiveTime: { } given } when LastsMonths > 0 && given.AddMonths(LastsMonths) <= now => ConsentState.Expired,
        _ => consent?.State,
    };
}

/// <summary>The purposes, other than running the programme, that the coalition has agreed with a partner.</summary>
/// <param name="Purposes">Numbers of <see cref="Purpose"/>, ascending, with commas between.</param>
public sealed record AgreedPurposes(PartnerId PartnerId, string Purposes, long Version, DateTime AgreeTime) : Row
{
    public override Key Primary => new Of(PartnerId);

    public IReadOnlyList<Purpose> List => [.. Numbers.Split(Purposes).Select(number => (Purpose)number)];

    public bool Covers(Purpose purpose) => List.Contains(purpose);

    public sealed record Of(PartnerId PartnerId) : Key<AgreedPurposes>;
}

/// <summary>A member's consent for one partner and purpose, as its latest event left it.</summary>
/// <param name="State">As the latest event left it; <see cref="NoticesInForce.StateOf"/> tells how it stands now.</param>
/// <param name="Categories">Numbers of <see cref="DataCategory"/>, ascending, with commas between.</param>
/// <param name="EventId">The latest event.</param>
/// <param name="GiveTime">When it was given last; null where it never was.</param>
/// <param name="WithdrawTime">When it was withdrawn or revoked, if that was the latest event.</param>
/// <param name="GiveLogIndex">The place in the log of the event that put it in force; null where it is not in force.</param>
/// <param name="LastNoTime">When the member last said no: withdrew or refused. Null where they never did.</param>
public sealed record Consent(
    MemberId MemberId, PartnerId PartnerId, Purpose Purpose, ConsentState State, string Categories, string NoticeVersion,
    string NoticeLanguage, byte[] NoticeSha256, EventId EventId, DateTime? GiveTime, DateTime? WithdrawTime,
    long? GiveLogIndex = null, DateTime? LastNoTime = null) : Row
{
    public override Key Primary => new Of(MemberId, PartnerId, Purpose);

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    public NoticeRef Notice => new(NoticeVersion, NoticeLanguage, NoticeSha256);

    public IEnumerable<DataCategory> CategoryList => Split(Categories);

    /// <summary>Reads what <see cref="Join"/> wrote.</summary>
    public static IEnumerable<DataCategory> Split(string categories) => Numbers.Split(categories).Select(number => (DataCategory)number);

    public static string Join(IEnumerable<DataCategory> categories) => string.Join(',', categories.Order().Select(category => (int)category));

    public sealed record Of(MemberId MemberId, PartnerId PartnerId, Purpose Purpose) : Key<Consent>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Consent>;
}

/// <summary>Sets of numbers as they are stored.</summary>
internal static class Numbers
{
    public static IEnumerable<int> Split(string numbers) =>
        numbers.Length == 0 ? [] : numbers.Split(',').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
}
