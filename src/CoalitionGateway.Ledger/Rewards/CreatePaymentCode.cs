using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A member makes a code, and so agrees to one payment with points of a programme.</summary>
/// <param name="MaxPoints">The most points that the code pays. 0: no limit.</param>
/// <param name="CodeHash">The keyed hash of the code, proposed by the gateway.</param>
public sealed record CreatePaymentCode(CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, long MaxPoints, string CodeHash)
    : Command<CreatePaymentCode.State>(Context)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>The same refusal for a code that never was, has ended, or was used.</summary>
    public static Refusal NotFound { get; } =
        new(RefusalReason.PaymentCodeNotFound,
            "The code is not valid; the member makes a new one in the app. A code works once, within ten minutes.", "payment_code");

    public override string Method => nameof(CreatePaymentCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Number(MaxPoints);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var membership = rows.Find(new Membership.OfMember(MemberId, ProgrammeId));
        foreach (var maker in membership is null ? [] : Makers(rows, membership.Id))
        {
            rows.Find(new PaymentCode.Of(maker));
            rows.Find(new Due.Of(EndPaymentCode.DueKind, maker.ToString()));
        }

        return new State(membership, rows.Find(new Programme.Of(ProgrammeId)), ProgrammeTerms.RulesAt(rows, ProgrammeId, now).Spending);
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Membership: { } membership, Programme: { } programme })
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        return MaxPoints > 0 && state.Rule is { } rule && rule.Within(MaxPoints, programme.PointValue) == 0
            ? new Refusal(RefusalReason.SpendingStep,
                $"Points are spent in steps of {rule.StepPoints}, from {rule.Least(programme.PointValue)} on.", "max_points")
                .With("step_points", rule.StepPoints).With("least_points", rule.Least(programme.PointValue))
                    .With("nearest_points", rule.Least(programme.PointValue))
            : new PaymentCodeCreated(Header(now), MemberId, membership.Id, ProgrammeId, CodeHash, MaxPoints, now + Lifetime);
    }

    /// <summary>The memberships whose codes pay with the member's points: the own one and those that were merged into it.</summary>
    internal static IReadOnlyList<MembershipId> Makers(WorkingState rows, MembershipId membership) =>
        [membership, .. rows.FindAll(new Membership.MergedInto(membership)).Select(merged => merged.Id)];

    /// <param name="Rule">How the programme's points are spent; null: they cannot be now.</param>
    public sealed record State(Membership? Membership, Programme? Programme, SpendingRule? Rule);
}

/// <param name="CodeHash">The keyed hash of the code. It does not reveal the code.</param>
[EventKind(62, Answers = "CreatePaymentCode")]
public sealed record PaymentCodeCreated(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string CodeHash, long MaxPoints,
    DateTime ExpireTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        foreach (var merged in CreatePaymentCode.Makers(rows, MembershipId).Skip(1))
        {
            PaymentCode.Remove(rows, merged);
        }

        rows.Put(new PaymentCode(MembershipId, ProgrammeId, CodeHash, MaxPoints, ExpireTime));
        rows.Put(new Due(EndPaymentCode.DueKind, MembershipId.ToString(), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(CodeHash).Number(MaxPoints).Time(ExpireTime);

    internal static PaymentCodeCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(),
        reader.Number(), reader.Time());
}
