using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Pools;

/// <summary>Creates a pool with the calling member in it.</summary>
/// <param name="PoolId">Proposed by the gateway, like <paramref name="ParticipantId"/>.</param>
public sealed record CreatePool(CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, PoolId PoolId, ParticipantId ParticipantId)
    : Command<Membership?>(Context)
{
    public override string Method => nameof(CreatePool);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value);

    public override Membership? Needs(WorkingState rows, DateTime now) => rows.Find(new Membership.OfMember(MemberId, ProgrammeId));

    public override Decision Decide(Membership? state, DateTime now) => state is { } membership
        ? new PoolCreated(Header(now), PoolId, ProgrammeId, MemberId, membership.Id, ParticipantId)
        : MemberRefusals.NotAMember(ProgrammeId, "programme_id");
}

[EventKind(80, Answers = "CreatePool")]
public sealed record PoolCreated(
    EventHeader Header, PoolId PoolId, ProgrammeId ProgrammeId, MemberId MemberId, MembershipId MembershipId, ParticipantId ParticipantId)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Pool(PoolId, ProgrammeId, Time));
        rows.Put(new Participant(PoolId, MembershipId, ParticipantId, null));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(PoolId.Value).Text(ProgrammeId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Uuid(ParticipantId.Value);

    internal static PoolCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PoolId(reader.Uuid()), new ProgrammeId(reader.Text()), new MemberId(reader.Uuid()),
        new MembershipId(reader.Uuid()), new ParticipantId(reader.Uuid()));
}
