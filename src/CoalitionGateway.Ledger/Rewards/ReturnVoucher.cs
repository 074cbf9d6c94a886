using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>The brand that took a voucher gives it back, for example because the goods were returned. It can be used again.</summary>
/// <param name="CodeHash">The keyed hash of the code.</param>
public sealed record ReturnVoucher(CommandContext Context, PartnerId PartnerId, string CodeHash) : Command<VoucherView>(Context)
{
    public override string Method => nameof(ReturnVoucher);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(CodeHash);

    public override VoucherView Needs(WorkingState rows, DateTime now) => VoucherView.Find(rows, CodeHash);

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(VoucherView state, DateTime now)
    {
        if (state is not { Voucher: { } voucher, Reward: { } reward } || !state.IsHonouredBy(PartnerId))
        {
            return VoucherView.NotFound;
        }

        if (voucher.UsedBy != PartnerId)
        {
            return new Refusal(RefusalReason.VoucherNotUsed, "Your brand has not taken this voucher.", "voucher_code");
        }

        if (voucher.ExpireTime <= now)
        {
            return new Refusal(RefusalReason.VoucherExpired, "The voucher is not valid any more.", "voucher_code")
                .With("expire_time", $"{voucher.ExpireTime:O}");
        }

        return reward.Rule.IsReturnable
            ? new VoucherReturned(
                Header(now), PartnerId, voucher.Id, state.MemberId, voucher.ProgrammeId, voucher.RewardId, voucher.ExpireTime)
            : new Refusal(RefusalReason.VoucherNotReturnable,
                "Vouchers of this reward cannot be given back after use, even if the goods are returned.", "voucher_code")
                .With("reward_id", voucher.RewardId);
    }
}

/// <param name="MemberId">The member who claimed the voucher; null: they were erased.</param>
/// <param name="ExpireTime">Until then the voucher can be used again.</param>
[EventKind(61, Answers = "ReturnVoucher")]
public sealed record VoucherReturned(EventHeader Header, PartnerId PartnerId, EventId VoucherId, MemberId? MemberId,
    ProgrammeId ProgrammeId, string RewardId, DateTime ExpireTime)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows) =>
        rows.Put(rows.Find(new Voucher.Of(VoucherId))! with { UsedBy = null, UseTime = null, EntitledTime = null });

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Uuid(VoucherId.Value).OptionalUuid(MemberId?.Value).Text(ProgrammeId.Value).Text(RewardId).Time(ExpireTime);

    internal static VoucherReturned Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new EventId(reader.Uuid()), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        new ProgrammeId(reader.Text()), reader.Text(), reader.Time());
}
