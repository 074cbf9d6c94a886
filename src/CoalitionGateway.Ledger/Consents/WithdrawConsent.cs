using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>Withdraws a consent that is in force.</summary>
public sealed record WithdrawConsent(CommandContext Context, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, NoticesInForce InForce) : Command<GiveConsent.State>(Context)
{
    /// <summary>How and when the member acted. Null: this call is the act.</summary>
    public ConsentAction? Act { get; init; }

    public override string Method => nameof(WithdrawConsent);

    public override void Encode(CanonicalWriter writer)
    {
        writer.Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose);
        Act?.Encode(writer);
    }

    public override GiveConsent.State Needs(WorkingState rows, DateTime now) => GiveConsent.State.Of(rows, MemberId, PartnerId, Purpose);

    public override Decision Decide(GiveConsent.State state, DateTime now)
    {
        var consent = state.Consent;
        if (ConsentStates.After(InForce.StateOf(consent, now), ConsentAct.Withdraw) is null)
        {
            return new Refusal(RefusalReason.ConsentNotFound, "No consent for this partner and purpose is in force; ListConsents shows yours.")
                .With("partner_id", PartnerId.Value).With("purpose", Purpose.Name());
        }

        if (ConsentRefusals.OfTime(Act, state.Memberships, now) is { } impossible)
        {
            return impossible;
        }

        return Decision.Accept(
            ConsentWithdrawn.Of(consent!, Header(now), (Act ?? ConsentAction.Call).At(now)),
            Notification.Tell(Context, PartnerId, NotificationKind.ConsentWithdrawn, state.Number, now, Purpose));
    }
}

/// <param name="GivenEventId">The event that gave the withdrawn consent.</param>
[EventKind(101, Answers = "WithdrawConsent")]
public sealed record ConsentWithdrawn(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice,
    EventId GivenEventId, DateTime GiveTime) : ConsentEvent(Header, MemberId, PartnerId)
{
    /// <summary>The event that withdraws a consent.</summary>
    public static ConsentWithdrawn Of(Consent consent, EventHeader header, ConsentAction act) => new(
        header, consent.MemberId, consent.PartnerId, consent.Purpose, consent.Categories, consent.Notice, consent.EventId, consent.GiveTime ?? header.Time)
    {
        Act = act,
    };

    public override Consent Consent => new(MemberId, PartnerId, Purpose, ConsentState.Withdrawn, Categories, Notice.Version, Notice.Language, Notice.TextSha256, Id, GiveTime, Time);

    private protected override void EncodeBody(CanonicalWriter writer) => EncodeAct(writer
        .Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Categories)
        .Text(Notice.Version).Text(Notice.Language).Bytes(Notice.TextSha256).Uuid(GivenEventId.Value).Time(GiveTime));

    internal static ConsentWithdrawn Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new PartnerId(reader.Text()), reader.Value<Purpose>(), reader.Text(),
        new NoticeRef(reader.Text(), reader.Text(), reader.Bytes()), new EventId(reader.Uuid()), reader.Time())
    {
        Act = DecodeAct(reader),
    };
}
