using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// Uses a brand's code up and tells whose it is, so that an authority of the coalition's own can keep the member's id beside an
/// account. The operator gives that authority a client.
/// </summary>
/// <param name="MemberId">The member whose code it is, looked up by the gateway.</param>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record LinkAccount(CommandContext Context, MemberId MemberId, string CodeHash) : Command<SignInCode?>(Context)
{
    public override string Method => nameof(LinkAccount);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(CodeHash);

    public override SignInCode? Needs(WorkingState rows, DateTime now) => SignInCode.Find(rows, MemberId);

    public override Decision Decide(SignInCode? state, DateTime now) => state?.CodeHash == CodeHash && state.ExpireTime > now
        ? new AccountLinked(Header(now), MemberId)
        : SignInRefusals.CodeInvalid;
}

[EventKind(138, Answers = "LinkAccount")]
public sealed record AccountLinked(EventHeader Header, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => SignInCode.Remove(rows, MemberId);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value);

    internal static AccountLinked Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()));
}
