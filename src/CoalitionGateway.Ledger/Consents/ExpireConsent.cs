using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>
/// Records that a consent expired, and notifies its partner, which must erase the data it got by that consent (GDPR
/// Art. 5(1)(e), 17(1)(b)). Issued by the gateway itself. An expired consent releases nothing, even before this record.
/// </summary>
public sealed record ExpireConsent(CommandContext Context, MemberId MemberId, PartnerId PartnerId, Purpose Purpose) : Command<GiveConsent.State>(Context)
{
    /// <summary>The kind of the due row.</summary>
    public const string DueKind = "consent";

    public override string Method => nameof(ExpireConsent);

    public override bool IsRetryable => false;

    /// <summary>The due row of a consent; null if the consent is not in force or does not expire.</summary>
    public static Due? DueOf(Consent consent) => consent.State.IsInForce() && consent.ExpireTime is { } end
        ? new Due(DueKind, $"{consent.MemberId}/{consent.PartnerId}/{(int)consent.Purpose}", end)
        : null;

    /// <summary>The command for a due row.</summary>
    public static ExpireConsent For(Due due, CommandContext issue) => due.Subject.Split('/') is [var member, var partner, var purpose]
        ? new ExpireConsent(issue, new MemberId(Guid.Parse(member)), new PartnerId(partner), (Purpose)int.Parse(purpose))
        : throw new FormatException($"'{due.Subject}' is no consent.");

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose);

    public override GiveConsent.State Needs(WorkingState rows, DateTime now) => GiveConsent.State.Of(rows, MemberId, PartnerId, Purpose);

    public override Decision Decide(GiveConsent.State state, DateTime now) =>
        state.Consent is { ExpireTime: { } end } consent && consent.State.IsInForce() && end <= now
            ? Decision.Accept(
                new ConsentExpired(Header(now), MemberId, PartnerId, Purpose, consent.Categories, consent.Notice, consent.GiveTime, end),
                Notification.Tell(Context, PartnerId, NotificationKind.ConsentExpired, state.Number, now, Purpose))
            : ConsentRefusals.NoPlace(null, PartnerId, Purpose);
}

/// <summary>The consent expired. No person acted.</summary>
[EventKind(109)]
public sealed record ConsentExpired(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? GiveTime, DateTime? ExpireTime = null)
    : ConsentChanged(Header, MemberId, PartnerId, Purpose, Categories, Notice, GiveTime, ExpireTime)
{
    public override ConsentState State => ConsentState.Expired;

    internal static Event Decode(EventHeader header, CanonicalReader reader) => Decode(ConsentState.Expired, header, reader);
}
