namespace CoalitionGateway.Ledger.Consents;

/// <summary>A member's consent for one partner and purpose, after its latest event.</summary>
/// <param name="State">The state after the latest event. <see cref="NoticesInForce.StateOf"/> gives the state now.</param>
/// <param name="Categories">Numbers of <see cref="DataCategory"/>, ascending, with commas between.</param>
/// <param name="EventId">The latest event.</param>
/// <param name="GiveTime">When the consent was last given; null if never.</param>
/// <param name="WithdrawTime">When it was withdrawn or revoked, if that was the latest event.</param>
/// <param name="GiveLogIndex">The log index of the event that put the consent in force; null if it is not in force.</param>
/// <param name="LastNoTime">When the member last withdrew or refused the consent; null if never.</param>
/// <param name="ExpireTime">When the consent expires; null if it does not expire.</param>
public sealed record Consent(
    MemberId MemberId, PartnerId PartnerId, Purpose Purpose, ConsentState State, string Categories, string NoticeVersion,
    string NoticeLanguage, byte[] NoticeSha256, EventId EventId, DateTime? GiveTime, DateTime? WithdrawTime,
    long? GiveLogIndex = null, DateTime? LastNoTime = null, DateTime? ExpireTime = null) : Row
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
