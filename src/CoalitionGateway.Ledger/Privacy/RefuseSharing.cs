using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>
/// The member objects to all sharing (GDPR Art. 21), in words or by their browser's signal: what was given before permits
/// nothing from here on, and no partner may ask again. The member can still give a consent, one by one.
/// </summary>
public sealed record RefuseSharing(Issue Issue, MemberId MemberId, RefusalSignal Signal) : Command<Erasure?>(Issue)
{
    public override string Method => nameof(RefuseSharing);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Number((int)Signal);

    public override Erasure? Needs(WorkingState rows) => rows.Find(new Erasure.Of(MemberId));

    public override Decision Decide(Erasure? state, DateTime now) =>
        state is null ? new SharingRefused(Header(now), MemberId, Signal) : MemberRefusals.NoMember();
}

public sealed record SharingRefused(EventHeader Header, MemberId MemberId, RefusalSignal Signal) : Event(Header)
{
    public override EventKind Kind => EventKind.SharingRefused;

    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Put(new SharingRefusal(MemberId, Signal, Id, Time, rows.LogSize));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Number((int)Signal);

    internal static SharingRefused Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<RefusalSignal>());
}
