using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>A consent changed its state. Giving and withdrawing have their own events.</summary>
/// <param name="Notice">The notice that was in force or shown.</param>
/// <param name="GiveTime">When the consent was last given before this change; null if never.</param>
/// <param name="ExpireTime">When the consent expires or expired. Set only if the change is a renewal or an expiry.</param>
public abstract record ConsentChanged(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime) : ConsentEvent(Header, MemberId, PartnerId)
{
    public abstract ConsentState State { get; }

    public override Consent Consent => new(
        MemberId, PartnerId, Purpose, State, Categories, Notice.Version, Notice.Language, Notice.TextSha256, Id,
        State == ConsentState.Renewed ? Time : GiveTime, State == ConsentState.Revoked ? Time : null, ExpireTime: ExpireTime);

    /// <summary>The event that brings a consent to a state.</summary>
    public static ConsentChanged To(
        ConsentState state, EventHeader header, MemberId member, PartnerId partner, Purpose purpose, string categories, NoticeRef notice, DateTime? giveTime,
        ConsentAction? act = null) => state switch
        {
            ConsentState.Requested => new ConsentRequested(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            ConsentState.Refused => new ConsentRefused(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            ConsentState.Deferred => new ConsentDeferred(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            ConsentState.Renewed => new ConsentRenewed(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            ConsentState.Revoked => new ConsentRevoked(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            ConsentState.Expired => new ConsentExpired(header, member, partner, purpose, categories, notice, giveTime) { Act = act },
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A consent comes to this state by another event."),
        };

    private protected override void EncodeBody(CanonicalWriter writer) => EncodeAct(writer
        .Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Categories)
        .Text(Notice.Version).Text(Notice.Language).Bytes(Notice.TextSha256)
        .OptionalTime(GiveTime).OptionalTime(ExpireTime));

    private protected static ConsentChanged Decode(ConsentState state, EventHeader header, CanonicalReader reader) => To(
        state, header, new MemberId(reader.Uuid()), new PartnerId(reader.Text()), reader.Value<Purpose>(), reader.Text(),
        new NoticeRef(reader.Text(), reader.Text(), reader.Bytes()), reader.OptionalTime()) with
    {
        ExpireTime = reader.OptionalTime(), Act = DecodeAct(reader),
    };
}

/// <summary>A partner asked for the consent.</summary>
[EventKind(102, Answers = "RequestConsent")]
public sealed record ConsentRequested(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Requested;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Requested, header, reader);
}

/// <summary>The member refused the consent.</summary>
[EventKind(103, Answers = "RefuseConsent")]
public sealed record ConsentRefused(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Refused;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Refused, header, reader);
}

/// <summary>The member deferred the answer.</summary>
[EventKind(104, Answers = "DeferConsent")]
public sealed record ConsentDeferred(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Deferred;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Deferred, header, reader);
}

/// <summary>The member gave the consent again while it was in force.</summary>
[EventKind(105, Answers = "GiveConsent")]
public sealed record ConsentRenewed(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Renewed;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Renewed, header, reader);
}

/// <summary>The partner ended the consent.</summary>
[EventKind(106, Answers = "RevokeConsent")]
public sealed record ConsentRevoked(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Revoked;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Revoked, header, reader);
}
