using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>Removes an adult's one-time code that expired unused. Issued by the gateway itself.</summary>
public sealed record EndGuardianCode(CommandContext Context, MemberId MemberId) : Command<GuardianCode?>(Context)
{
    /// <summary>The kind of the due row. Its subject is the adult.</summary>
    public const string DueKind = "guardian-code";

    public override string Method => nameof(EndGuardianCode);

    public override bool IsRetryable => false;

    /// <summary>The command for a due row.</summary>
    public static EndGuardianCode For(Due due, CommandContext context) => new(context, new MemberId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override GuardianCode? Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new Due.Of(DueKind, MemberId.ToString()));
        return rows.Find(new GuardianCode.Of(MemberId));
    }

    public override Decision Decide(GuardianCode? state, DateTime now) => state is { } code && code.ExpireTime <= now
        ? Decision.Accept(new GuardianCodeEnded(Header(now), MemberId)).Erase(code)
        : MemberRefusals.NoMember();
}

[EventKind(110)]
public sealed record GuardianCodeEnded(EventHeader Header, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => Due.Settle(rows, EndGuardianCode.DueKind, MemberId.ToString());

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new GuardianCode.Of(MemberId)) is { } code)
        {
            rows.Remove(code);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value);

    internal static GuardianCodeEnded Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()));
}
