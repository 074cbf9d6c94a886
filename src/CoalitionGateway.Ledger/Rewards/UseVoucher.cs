using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A brand honours a voucher, which can be used once.</summary>
/// <param name="CodeHash">The keyed hash of the code that was shown at the till.</param>
public sealed record UseVoucher(CommandContext Context, PartnerId PartnerId, string CodeHash) : Command<UseVoucher.State>(Context)
{
    public override string Method => nameof(UseVoucher);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(CodeHash);

    public override State Needs(WorkingState rows, DateTime now) => rows.Find(new Voucher.WithCode(CodeHash)) is not { } voucher
        ? new State(null, null, null, null)
        : new State(
            voucher, rows.Find(new Programme.Of(voucher.ProgrammeId)), rows.Find(new Reward.Of(voucher.ProgrammeId, voucher.RewardId, voucher.RewardVersion)),
            Membership.Find(rows, voucher.MembershipId));

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        // The same refusal for "no such code" and "not at your brand", so that nobody learns of codes by guessing.
        if (state is not { Voucher: { } voucher, Programme: { } programme, Reward: { } reward } || !reward.IsHonouredBy(PartnerId, programme.PartnerId))
        {
            return new Refusal(RefusalReason.VoucherNotFound, "No voucher that your brand honours has this code; ask the member to show it again.", "voucher_code");
        }

        if (voucher.UseTime is { } used)
        {
            // When another brand took it is not this brand's to know.
            var refusal = new Refusal(RefusalReason.VoucherUsed, "The voucher was used before.", "voucher_code");
            return voucher.UsedBy == PartnerId ? refusal.With("use_time", $"{used:O}") : refusal;
        }

        return voucher.ExpireTime <= now
            ? new Refusal(RefusalReason.VoucherExpired, "The voucher is not valid any more.", "voucher_code").With("expire_time", $"{voucher.ExpireTime:O}")
            : new VoucherUsed(Header(now), PartnerId, voucher.Id, state.Holder is { IsErased: false } holder ? holder.MemberId : null, voucher.ProgrammeId, voucher.RewardId, voucher.RewardVersion);
    }

    /// <param name="Reward">The version that was claimed.</param>
    /// <param name="Holder">The membership that claimed it, or the one that it was merged into.</param>
    public sealed record State(Voucher? Voucher, Programme? Programme, Reward? Reward, Membership? Holder);
}

/// <param name="MemberId">The member who claimed the voucher; null: they were erased.</param>
[EventKind(97, Answers = "UseVoucher")]
public sealed record VoucherUsed(
    EventHeader Header, PartnerId PartnerId, EventId VoucherId, MemberId? MemberId, ProgrammeId ProgrammeId, string RewardId, long RewardVersion) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows) => rows.Put(rows.Find(new Voucher.Of(VoucherId))! with { UsedBy = PartnerId, UseTime = Time });

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Uuid(VoucherId.Value).OptionalUuid(MemberId?.Value).Text(ProgrammeId.Value).Text(RewardId).Number(RewardVersion);

    internal static VoucherUsed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new EventId(reader.Uuid()), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        new ProgrammeId(reader.Text()), reader.Text(), reader.Number());
}
