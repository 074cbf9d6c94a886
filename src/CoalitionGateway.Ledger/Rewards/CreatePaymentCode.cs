using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A member makes a code, and so agrees to one payment with points of a programme.</summary>
/// <param name="MaxPoints">The most points that the code pays. 0: no limit.</param>
/// <param name="CodeHash">The keyed hash of the code, proposed by the gateway.</param>
public sealed record CreatePaymentCode(CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, long MaxPoints, string CodeHash)
    : Command<Membership?>(Context)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>The same refusal for a code that never was, has ended, or was used.</summary>
    public static Refusal NotFound { get; } =
        new(RefusalReason.PaymentCodeNotFound, "No such code is valid now; the member makes a new one in the app. A code is valid for ten minutes, and once.", "payment_code");

    public override string Method => nameof(CreatePaymentCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Number(MaxPoints);

    public override Membership? Needs(WorkingState rows, DateTime now) => rows.Find(new Membership.OfMember(MemberId, ProgrammeId));

    public override Decision Decide(Membership? state, DateTime now) => state is null
        ? MemberRefusals.NotAMember(ProgrammeId, "programme_id")
        : new PaymentCodeCreated(Header(now), MemberId, state.Id, ProgrammeId, CodeHash, MaxPoints, now + Lifetime);
}

/// <param name="CodeHash">The keyed hash of the code. It does not reveal the code.</param>
[EventKind(62, Answers = "CreatePaymentCode")]
public sealed record PaymentCodeCreated(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string CodeHash, long MaxPoints, DateTime ExpireTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new PaymentCode(Id, ProgrammeId, MembershipId, CodeHash, MaxPoints, ExpireTime));
        rows.Put(new Due(EndPaymentCode.DueKind, Id.ToString(), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(CodeHash).Number(MaxPoints).Time(ExpireTime);

    internal static PaymentCodeCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Time());
}
