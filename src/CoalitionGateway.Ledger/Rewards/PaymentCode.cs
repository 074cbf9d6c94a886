using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// A code by which its member pays once with points, at any brand that takes them. It ends by itself after ten minutes. A
/// membership has at most one: a new one replaces the one before, and those of memberships that were merged into it.
/// </summary>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
/// <param name="MaxPoints">The most points that it pays. 0: no limit.</param>
public sealed record PaymentCode(MembershipId MembershipId, ProgrammeId ProgrammeId, string CodeHash, long MaxPoints, DateTime ExpireTime)
    : Row
{
    public override Key Primary => new Of(MembershipId);

    public override IEnumerable<Key> Lookups => [new WithCode(CodeHash)];

    public override bool IsDeletable => true;

    /// <summary>Removes the code and what would end it. The command must have asked for both.</summary>
    internal static void Remove(WorkingState rows, MembershipId membership)
    {
        if (rows.Find(new Of(membership)) is { } code)
        {
            rows.Remove(code);
        }

        Due.Settle(rows, EndPaymentCode.DueKind, membership.ToString());
    }

    public sealed record Of(MembershipId MembershipId) : Key<PaymentCode>;

    /// <summary>Strangers choose codes, so the absence of a code is not remembered.</summary>
    public sealed record WithCode(string CodeHash) : Key<PaymentCode>
    {
        public override bool RemembersAbsence() => false;
    }
}

/// <summary>Removes a payment code that ended unused. Issued by the gateway itself.</summary>
public sealed record EndPaymentCode(CommandContext Context, MembershipId MembershipId) : Command<PaymentCode?>(Context)
{
    /// <summary>The kind of the due row. Its subject is the membership.</summary>
    public const string DueKind = "payment-code";

    public override string Method => nameof(EndPaymentCode);

    public override bool IsRetryable => false;

    /// <summary>The command for a due row.</summary>
    public static EndPaymentCode For(Due due, CommandContext context) => new(context, new MembershipId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MembershipId.Value);

    public override PaymentCode? Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new Due.Of(DueKind, MembershipId.ToString()));
        return rows.Find(new PaymentCode.Of(MembershipId));
    }

    public override Decision Decide(PaymentCode? state, DateTime now) =>
        state?.ExpireTime <= now ? new PaymentCodeEnded(Header(now), MembershipId) : CreatePaymentCode.NotFound;
}

[EventKind(63)]
public sealed record PaymentCodeEnded(EventHeader Header, MembershipId MembershipId) : Event(Header)
{
    public override void Apply(WorkingState rows) => PaymentCode.Remove(rows, MembershipId);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MembershipId.Value);

    internal static PaymentCodeEnded Decode(EventHeader header, CanonicalReader reader) => new(header, new MembershipId(reader.Uuid()));
}
