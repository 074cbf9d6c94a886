using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>The member pays a reward with points and gets a voucher.</summary>
/// <param name="PoolId">The pool whose share pays; null: the member's points outside of pools.</param>
/// <param name="CodeHash">The keyed hash of the voucher's code, proposed by the gateway.</param>
public sealed record ClaimReward(
    CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string RewardId, PoolId? PoolId, string CodeHash)
    : Command<ClaimReward.State>(Context)
{
    public override string Method => nameof(ClaimReward);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(RewardId).OptionalUuid(PoolId?.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var programme = rows.Find(new Programme.Of(ProgrammeId));
        var membership = rows.Find(new Membership.OfMember(MemberId, ProgrammeId));
        if (programme is null || membership is null || Reward.Latest(rows, ProgrammeId, RewardId) is not { } reward)
        {
            return new State(programme, membership, null);
        }

        var holdings = Holdings.Find(rows, ProgrammeId, membership.Id, now);
        return new State(programme, membership, reward)
        {
            InactiveTime = ProgrammeTerms.RulesAt(rows, ProgrammeId, now).Inactivity?.EndOf(now, Calendar.Of(programme.TimeZone))
                ?? holdings.InactiveTime,
            Stock = RewardStock.Find(rows, ProgrammeId, RewardId),
            Claims = Counter.Find(rows, membership.Id, reward.ClaimsRule, ""),
            TierId = reward.Rule.TierIds.Count == 0 ? null : TierStanding.Find(rows, membership, now)?.Tier?.Id,
            Holdings = holdings,
            Pool = PoolId is { } pool && PoolView.Find(rows, pool, MemberId, now) is { } view && view.Pool.ProgrammeId == ProgrammeId
                ? view : null,
        };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Programme: { } programme, Membership: { } membership })
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        if (state.Reward is not { } reward || !reward.IsClaimable(state.TierId, now))
        {
            var remedy = state.Reward?.Rule.Payout is null ? "There is no such reward for you now; ListRewards shows those that there are."
                : "The gateway gives this reward by itself, on the days of its payout.";
            return new Refusal(RefusalReason.RewardNotFound, remedy, "reward_id").With("reward_id", RewardId);
        }

        if (reward.Rule.StockCount > 0 && state.Stock!.ClaimedCount >= reward.Rule.StockCount)
        {
            return new Refusal(RefusalReason.RewardSoldOut, "All are claimed.", "reward_id").With("reward_id", RewardId);
        }

        if (reward.Rule.MaxPerMember > 0 && state.Claims!.Count >= reward.Rule.MaxPerMember)
        {
            return new Refusal(RefusalReason.RewardLimitReached, $"Each member can claim {reward.Rule.MaxPerMember}.", "reward_id")
                .With("max_per_member", reward.Rule.MaxPerMember);
        }

        var (price, holdings) = (reward.Rule.PricePoints, state.Holdings!);
        if (PoolId is { } pool && state.Pool is not { Own.IsActive: true })
        {
            return PoolView.NotFound(pool);
        }

        var share = PoolId is null ? null : state.Pool!.Share;
        if (share?.Points < price)
        {
            return new Refusal(RefusalReason.InsufficientShare, $"Your share of the pool is {share.Points} points.", "pool_id")
                .With("share_points", share.Points);
        }

        if (share is null && holdings.AvailablePoints < price)
        {
            return TooExpensive(price, holdings);
        }

        var posting = Posting.Of(
            ProgrammeId,
            [
                .. share is null ? holdings.Debit(price) : share.Take(price).Select(taken => taken.Line),
                new(AccountRef.Redeemed(ProgrammeId, programme.PartnerId), price),
            ])!;
        var calendar = Calendar.Of(programme.TimeZone);
        var made = new RewardClaimed(
            Header(now), MemberId, membership.Id, ProgrammeId, RewardId, reward.Version, price, PoolId, CodeHash,
            calendar.EndOf(calendar.DayOf(now).AddDays((int)reward.Rule.VoucherDays)), state.InactiveTime, reward.Rule.PriceMoney,
            [posting]);
        return Decision.Accept(made)
            .After(state.Pool is { } view ? view.Settled(Context, MemberId, now) : [holdings.Settled(Context, MemberId, now)]);
    }

    /// <summary>Refuses because there are too few points. Tells how many are missing, and when reserved points could come back.</summary>
    private static Refusal TooExpensive(long price, Holdings holdings)
    {
        var missing = price - holdings.AvailablePoints;
        var refusal = new Refusal(RefusalReason.InsufficientPoints,
            $"The reward costs {price} points; {holdings.AvailablePoints} are available, {missing} are missing.", "reward_id")
            .With("available_points", holdings.AvailablePoints).With("transferable_points", holdings.AvailablePoints)
                .With("missing_points", missing);
        return holdings.Reserved is [.., var last]
            ? refusal.With("reserved_points", holdings.ReservedPoints).With("reserved_until", $"{last.Term.UsableTime:O}") : refusal;
    }

    /// <param name="Reward">The latest version; null: there is none.</param>
    public sealed record State(Programme? Programme, Membership? Membership, Reward? Reward)
    {
        public RewardStock? Stock { get; init; }

        /// <summary>What the member claimed of the reward.</summary>
        public Counter? Claims { get; init; }

        /// <summary>The member's tier; null: none, or the reward asks for none.</summary>
        public string? TierId { get; init; }

        public Holdings? Holdings { get; init; }

        /// <summary>When the member's points expire, if they do nothing more; null: never.</summary>
        public DateTime? InactiveTime { get; init; }

        /// <summary>The pool that pays; null: none.</summary>
        public PoolView? Pool { get; init; }
    }
}

/// <param name="RewardVersion">The version of the reward.</param>
/// <param name="PoolId">The pool whose share paid; null: the member's points outside of pools.</param>
/// <param name="CodeHash">The keyed hash of the voucher's code. It does not reveal the code.</param>
/// <param name="ExpireTime">From then on the voucher is not valid.</param>
/// <param name="InactiveTime">When the member's points expire, if they do nothing more; null: never.</param>
/// <param name="PriceMoney">What the member pays in money when they use the voucher; null: nothing.</param>
[EventKind(96, Answers = "ClaimReward")]
public sealed record RewardClaimed(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string RewardId, long RewardVersion,
    long PricePoints, PoolId? PoolId,
    string CodeHash, DateTime ExpireTime, DateTime? InactiveTime, Money? PriceMoney, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The voucher after the event.</summary>
    public Voucher Voucher => new(
        Id, MemberId, Header.RequestId, ProgrammeId, RewardId, RewardVersion, MembershipId, PricePoints, 1, CodeHash, Time, ExpireTime,
        null, null, null);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Voucher);
        RewardStock.Add(rows, ProgrammeId, RewardId, 1);
        new Counted(Reward.ClaimsRuleOf(RewardId), "", PricePoints, 1).Apply(rows, MembershipId);
        Inactivity.Set(rows, ProgrammeId, MembershipId, InactiveTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer) => Money.EncodeOptional(
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(RewardId).Number(RewardVersion)
            .Number(PricePoints).OptionalUuid(PoolId?.Value)
            .Text(CodeHash).Time(ExpireTime).OptionalTime(InactiveTime),
        PriceMoney).Postings(Moves);

    internal static RewardClaimed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(),
        reader.Number(), reader.Number(),
        reader.OptionalUuid() is { } pool ? new PoolId(pool) : null, reader.Text(), reader.Time(), reader.OptionalTime(),
        Money.DecodeOptional(reader), reader.Postings());
}
