using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>
/// Turns a member's points into a voucher on a day on which the programme does so. Issued by the gateway itself, at any time
/// after the day has begun. A member gets one voucher of a group for one day, however often it is issued.
/// </summary>
/// <param name="Day">The day in the programme's time zone.</param>
/// <param name="Group">The group of rewards: see <see cref="Reward.PayoutGroup"/>.</param>
/// <param name="MemberId">The member. The code is theirs.</param>
/// <param name="CodeHash">The keyed hash of the voucher's code, proposed by the gateway.</param>
public sealed record PayOutReward(
    CommandContext Context, ProgrammeId ProgrammeId, DateOnly Day, string Group, MembershipId MembershipId, MemberId MemberId,
    string CodeHash)
    : Command<PayOutReward.State>(Context)
{
    public override string Method => nameof(PayOutReward);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(ProgrammeId.Value).Number(Day.DayNumber).Text(Group).Uuid(MembershipId.Value).Uuid(MemberId.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var programme = rows.Find(new Programme.Of(ProgrammeId));
        var all = rows.FindAll(new Reward.ByProgramme(ProgrammeId));
        if (programme is null || rows.Find(new Membership.Of(MembershipId)) is not { IsErased: false, MergedIntoId: null } membership)
        {
            return new State(programme, null, []);
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var rewards = Reward.PaidOutOn(all, Group, Day, calendar).OrderByDescending(reward => reward.Rule.PricePoints)
            .ThenBy(reward => reward.Id, StringComparer.Ordinal).ToList();
        return new State(
            programme, membership,
            [
                .. rewards.Select(reward => new Offer(
                    reward, RewardStock.Find(rows, ProgrammeId, reward.Id).ClaimedCount,
                    Counter.Find(rows, MembershipId, reward.ClaimsRule, "").Count)),
            ])
        {
            Paid = Counter.Find(rows, MembershipId, Reward.PayoutRuleOf(Group), $"{Day:yyyy-MM-dd}"),
            TierId = rewards.All(reward => reward.Rule.TierIds.Count == 0) ? null : TierStanding.Find(rows, membership, now)?.Tier?.Id,
            Holdings = Holdings.Find(rows, ProgrammeId, MembershipId, now),
        };
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Programme: { } programme, Membership: { } membership, Holdings: { } holdings }
            || membership.MemberId != MemberId || state.Paid!.Count > 0)
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var (reward, points) = state.Offers.Where(offer => offer.Reward.IsFor(state.TierId))
            .Select(offer => (offer.Reward,
                Points: offer.Reward.Rule.Payout!.Of(holdings.AvailablePoints, offer.Reward.Rule.PricePoints, offer.Left)))
            .FirstOrDefault(offer => offer.Points > 0);
        if (reward is null || calendar.StartOf(Day) > now)
        {
            return holdings.Insufficient("programme_id", 0);
        }

        var posting = Posting.Of(
            ProgrammeId, [.. holdings.Debit(points), new(AccountRef.Redeemed(ProgrammeId, programme.PartnerId), points)])!;
        var made = new RewardPaidOut(
            Header(now), MemberId, MembershipId, ProgrammeId, reward.Id, reward.Version, points, points / reward.Rule.PricePoints, CodeHash,
            calendar.EndOf(calendar.DayOf(now).AddDays((int)reward.Rule.VoucherDays)), Group, $"{Day:yyyy-MM-dd}", [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, MemberId, now));
    }

    /// <param name="Offers">The rewards of the group, the most expensive first.</param>
    public sealed record State(Programme? Programme, Membership? Membership, IReadOnlyList<Offer> Offers)
    {
        /// <summary>What the member got of the group for the day.</summary>
        public Counter? Paid { get; init; }

        /// <summary>The member's tier; null: none, or no reward asks for one.</summary>
        public string? TierId { get; init; }

        public Holdings? Holdings { get; init; }
    }

    /// <param name="StockUsed">How many of the reward were given to anybody.</param>
    /// <param name="OwnCount">How many the member got.</param>
    public sealed record Offer(Reward Reward, long StockUsed, long OwnCount)
    {
        /// <summary>How many are left for the member.</summary>
        public long Left => Math.Min(
            Reward.Rule.StockCount == 0 ? long.MaxValue : Math.Max(0, Reward.Rule.StockCount - StockUsed),
            Reward.Rule.MaxPerMember == 0 ? long.MaxValue : Math.Max(0, Reward.Rule.MaxPerMember - OwnCount));
    }
}

/// <summary>A member's points became a voucher by the programme's calendar.</summary>
/// <param name="AmountPoints">The points.</param>
/// <param name="Count">How many times the voucher gives the reward.</param>
/// <param name="CodeHash">The keyed hash of the voucher's code. It does not reveal the code.</param>
/// <param name="ExpireTime">From then on the voucher is not valid.</param>
/// <param name="Group">The group of rewards of which a member gets one for the day.</param>
/// <param name="Day">The day in the programme's time zone, such as 2026-05-01.</param>
[EventKind(98)]
public sealed record RewardPaidOut(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string RewardId, long RewardVersion,
    long AmountPoints, long Count,
    string CodeHash, DateTime ExpireTime, string Group, string Day, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Voucher(
            Id, MemberId, Header.RequestId, ProgrammeId, RewardId, RewardVersion, MembershipId, AmountPoints, Count, CodeHash, Time,
            ExpireTime, null, null, null));
        RewardStock.Add(rows, ProgrammeId, RewardId, Count);
        new Counted(Reward.ClaimsRuleOf(RewardId), "", AmountPoints, Count).Apply(rows, MembershipId);
        new Counted(Reward.PayoutRuleOf(Group), Day, AmountPoints, 1).Apply(rows, MembershipId);
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(RewardId).Number(RewardVersion).Number(AmountPoints)
            .Number(Count)
        .Text(CodeHash).Time(ExpireTime).Text(Group).Text(Day).Postings(Moves);

    internal static RewardPaidOut Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(),
        reader.Number(), reader.Number(),
        reader.Number(), reader.Text(), reader.Time(), reader.Text(), reader.Text(), reader.Postings());
}
