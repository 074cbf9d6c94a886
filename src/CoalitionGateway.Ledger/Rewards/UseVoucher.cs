using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A brand honours a voucher, which can be used once; with an entitlement, again and again for a time at the same brand.</summary>
/// <param name="CodeHash">The keyed hash of the code that was shown at the till.</param>
/// <param name="Channel">Where the member shows it.</param>
public sealed record UseVoucher(CommandContext Context, PartnerId PartnerId, string CodeHash, SalesChannel Channel)
    : Command<VoucherView>(Context)
{
    public override string Method => nameof(UseVoucher);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(CodeHash).Number((int)Channel);

    public override VoucherView Needs(WorkingState rows, DateTime now) => VoucherView.Find(rows, CodeHash);

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(VoucherView state, DateTime now)
    {
        if (state is not { Voucher: { } voucher, Programme: { } programme, Reward: { } reward } || !state.IsHonouredBy(PartnerId))
        {
            return VoucherView.NotFound;
        }

        var isEntitled = voucher.UsedBy == PartnerId && now < voucher.EntitledTime;
        if (voucher.UseTime is { } used && !isEntitled)
        {
            // When another brand took it is not this brand's to know.
            var refusal = new Refusal(RefusalReason.VoucherUsed, "The voucher was used before.", "voucher_code");
            return voucher.UsedBy == PartnerId ? refusal.With("use_time", $"{used:O}") : refusal;
        }

        if (voucher.ExpireTime <= now && !isEntitled)
        {
            return new Refusal(RefusalReason.VoucherExpired, "The voucher is not valid any more.", "voucher_code")
                .With("expire_time", $"{voucher.ExpireTime:O}");
        }

        if (reward.Rule.Channels.Count > 0 && !reward.Rule.Channels.Contains(Channel))
        {
            var channels = string.Join(", ", reward.Rule.Channels.Select(channel => channel.ToString().ToLowerInvariant()));
            return new Refusal(RefusalReason.VoucherOtherChannel, $"The voucher is valid only in: {channels}.", "channel")
                .With("channels", channels);
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var entitled = voucher.EntitledTime
            ?? (reward.Rule.EntitlementDays > 0
            ? calendar.EndOf(calendar.DayOf(now).AddDays((int)reward.Rule.EntitlementDays - 1)) : default(DateTime?));
        return new VoucherUsed(Header(now), PartnerId, voucher.Id, state.MemberId, voucher.ProgrammeId, voucher.RewardId,
            voucher.RewardVersion, voucher.Count, entitled,
            isEntitled ? null : reward.Rule.PriceMoney);
    }
}

/// <param name="MemberId">The member who claimed the voucher; null: they were erased.</param>
/// <param name="Count">How many times the brand gives the reward now.</param>
/// <param name="EntitledTime">Until then the brand gives the reward again; null: it gives it once.</param>
/// <param name="PriceMoney">What the member pays in money now; null: nothing, also for a further use of an entitlement.</param>
[EventKind(97, Answers = "UseVoucher")]
public sealed record VoucherUsed(
    EventHeader Header, PartnerId PartnerId, EventId VoucherId, MemberId? MemberId, ProgrammeId ProgrammeId, string RewardId,
    long RewardVersion, long Count,
    DateTime? EntitledTime, Money? PriceMoney)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        var before = rows.Find(new Voucher.Of(VoucherId))!;
        rows.Put(before with { UsedBy = PartnerId, UseTime = before.UseTime ?? Time, EntitledTime = EntitledTime });
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Money.EncodeOptional(
        writer.Text(PartnerId.Value).Uuid(VoucherId.Value).OptionalUuid(MemberId?.Value).Text(ProgrammeId.Value).Text(RewardId)
            .Number(RewardVersion)
            .Number(Count).OptionalTime(EntitledTime),
        PriceMoney);

    internal static VoucherUsed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new EventId(reader.Uuid()), reader.OptionalUuid() is { } member ? new MemberId(member) : null,
        new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Number(), reader.OptionalTime(),
        Money.DecodeOptional(reader));
}
