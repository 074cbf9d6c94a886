using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>
/// The member objects to all sharing (GDPR Art. 21), in words or by a browser's signal. Every consent in force ends,
/// and no partner may ask for a new one. The member can still give single consents.
/// </summary>
public sealed record RefuseSharing(CommandContext Context, MemberId MemberId, RefusalSignal Signal, NoticesInForce InForce) : Command<RefuseSharing.State>(Context)
{
    public override string Method => nameof(RefuseSharing);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Number((int)Signal);

    public override State Needs(WorkingState rows, DateTime now) => new(rows.Find(new Erasure.Of(MemberId)), HeldConsent.All(rows, MemberId));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        var ended = state.Consents.NotEnded().ToArray();
        ConsentWithdrawn[] followUps = [.. ended.Select((held, i) => ConsentWithdrawn.Of(held.Consent, FollowUp(now, i + 1), ConsentAction.Call.At(now)))];
        return Decision
            .Accept(new SharingRefused(Header(now), MemberId, Signal) { Ended = [.. followUps.Select(made => made.Id)] }, ended.Told(Context, now))
            .Then(followUps);
    }

    public sealed record State(Erasure? Erasure, IReadOnlyList<HeldConsent> Consents);
}

/// <summary>A member's consent, and the number by which the consent's partner knows the member; null if there is none.</summary>
public sealed record HeldConsent(Consent Consent, MembershipNumber? Number)
{
    /// <summary>All consents of a member, ordered by partner and purpose.</summary>
    public static IReadOnlyList<HeldConsent> All(WorkingState rows, MemberId member) =>
    [
        .. rows.FindAll(new Consent.ByMember(member))
            .OrderBy(consent => (consent.PartnerId.Value, consent.Purpose))
            .Select(consent => new HeldConsent(consent, MembershipNumber.At(rows, member, consent.PartnerId))),
    ];
}

internal static class HeldConsents
{
    /// <summary>The consents that are recorded as in force. An expired consent is included until its end is recorded.</summary>
    public static IEnumerable<HeldConsent> NotEnded(this IEnumerable<HeldConsent> consents) => consents.Where(held => held.Consent.State.IsInForce());

    /// <summary>The notifications to the partners whose consents the member ended.</summary>
    public static IReadOnlyList<Row> Told(this IEnumerable<HeldConsent> ended, CommandContext context, DateTime now) =>
        [.. ended.SelectMany(held => Notification.Tell(context, held.Consent.PartnerId, NotificationKind.ConsentWithdrawn, held.Number, now, held.Consent.Purpose))];
}

[EventKind(29, Answers = "RefuseSharing", Version = 2)]
public sealed record SharingRefused(EventHeader Header, MemberId MemberId, RefusalSignal Signal) : Event(Header)
{
    /// <summary>The follow-ups that ended consents; the answer lists these consents.</summary>
    public IReadOnlyList<EventId> Ended { get; init; } = [];

    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<EventId> AnsweredFrom => Ended;

    public override void Apply(WorkingState rows) => rows.Put(new SharingRefusal(MemberId, Signal, Id, Time, rows.LogSize));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(MemberId.Value).Number((int)Signal).List(Ended, static (w, id) => w.Uuid(id.Value));

    /// <summary>Version 1 has no list of ended consents, because each consent was ended by its own request.</summary>
    internal static SharingRefused DecodeVersion1(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<RefusalSignal>());

    internal static SharingRefused Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<RefusalSignal>()) { Ended = reader.List(static r => new EventId(r.Uuid())) };
}
