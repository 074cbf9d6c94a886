namespace CoalitionGateway.Ledger.Consents;

/// <summary>A member's consent for one partner and purpose, as its latest event left it.</summary>
/// <param name="State">As the latest event left it; <see cref="NoticesInForce.StateOf"/> tells how it stands now.</param>
/// <param name="Categories">Numbers of <see cref="DataCategory"/>, ascending, with commas between.</param>
/// <param name="EventId">The latest event.</param>
/// <param name="GiveTime">When it was given last; null where it never was.</param>
/// <param name="WithdrawTime">When it was withdrawn or revoked, if that was the latest event.</param>
/// <param name="GiveLogIndex">The place in the log of the event that put it in force; null where it is not in force.</param>
/// <param name="LastNoTime">When the member last said no: withdrew or refused. Null where they never did.</param>
/// <param name="ExpireTime">When it ends by itself; null: not before it is ended.</param>
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
