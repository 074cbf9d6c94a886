using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Records that the work outside the ledger that follows an erasure is done. Issued by the gateway itself.</summary>
public sealed record FinishErasure(CommandContext Context, MemberId MemberId) : Command<Due?>(Context)
{
    /// <summary>The kind of the due row. Its subject is the erased member.</summary>
    public const string DueKind = "erasure";

    /// <summary>The time that the erasing gateway has for this work. After it, any gateway continues the work.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromSeconds(30);

    public override string Method => nameof(FinishErasure);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override Due? Needs(WorkingState rows, DateTime now) => rows.Find(new Due.Of(DueKind, MemberId.ToString()));

    public override Decision Decide(Due? state, DateTime now) => state is null ? MemberRefusals.NoMember() : new ErasureFinished(Header(now), MemberId);
}

[EventKind(35)]
public sealed record ErasureFinished(EventHeader Header, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => Due.Settle(rows, FinishErasure.DueKind, MemberId.ToString());

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value);

    internal static ErasureFinished Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()));
}
