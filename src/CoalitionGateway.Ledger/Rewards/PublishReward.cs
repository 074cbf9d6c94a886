using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>Publishes a reward or its next version, which holds from now on. Vouchers that were claimed before stay valid.</summary>
/// <param name="Id">Unique in the programme: 3 to 40 characters of a-z, 0-9 and "-".</param>
public sealed record PublishReward(CommandContext Context, ProgrammeId ProgrammeId, string Id, RewardRule Rule) : Command<PublishReward.State>(Context)
{
    public override string Method => nameof(PublishReward);

    public override void Encode(CanonicalWriter writer) => Rule.Encode(writer.Byte(1).Text(ProgrammeId.Value).Text(Id));

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Programme.Of(ProgrammeId)), [.. Rule.Partners.Where(id => rows.Find(new Partner.Of(id)) is null)],
        Reward.Latest(rows.FindAll(new Reward.ByProgramme(ProgrammeId))), RewardStock.Find(rows, ProgrammeId, Id), rows.Find(new Due.Of(EndPayouts.DueKind, ProgrammeId.Value)));

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Programme is not { } programme)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "reward.programme_id");
        }

        if (state.Unknown.Count > 0)
        {
            return ProgrammeRefusals.PartnerNotFound(state.Unknown[0], "reward.partner_ids");
        }

        if (Rule.StockCount > 0 && Rule.StockCount < state.Stock.ClaimedCount)
        {
            return new Refusal(RefusalReason.StockGiven, $"{state.Stock.ClaimedCount} are claimed already.", "reward.stock_count").With("claimed_count", state.Stock.ClaimedCount);
        }

        var calendar = Calendar.Of(programme.TimeZone);
        var (today, others) = (calendar.DayOf(now), state.Rewards.Where(reward => reward.Id != Id));

        // What has fallen due already stays due. A payout that is published on one of its days happens at once.
        var next = Rule.Payout?.IsOn(today) == true ? calendar.StartOf(today) : EndPayouts.NextTime(programme, others.Append(new Reward(ProgrammeId, Id, 0, Rule, now)), today);
        var version = state.Rewards.FirstOrDefault(reward => reward.Id == Id)?.Version ?? 0;
        return new RewardPublished(Header(now), ProgrammeId, programme.PartnerId, Id, version + 1, Rule, state.Due?.DueTime <= now ? state.Due.DueTime : next);
    }

    /// <param name="Unknown">The brands of the rule that do not exist.</param>
    /// <param name="Rewards">The latest versions of the programme's rewards.</param>
    /// <param name="Due">When the programme's next payouts fall due; null: it has none.</param>
    public sealed record State(Programme? Programme, IReadOnlyList<PartnerId> Unknown, IReadOnlyList<Reward> Rewards, RewardStock Stock, Due? Due);
}

/// <param name="PartnerId">The programme's own brand.</param>
/// <param name="PayoutTime">When the programme's next payouts fall due; null: it has none.</param>
[EventKind(95, Answers = "PublishReward")]
public sealed record RewardPublished(EventHeader Header, ProgrammeId ProgrammeId, PartnerId PartnerId, string RewardId, long Version, RewardRule Rule, DateTime? PayoutTime)
    : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The version after the event.</summary>
    public Reward Reward => new(ProgrammeId, RewardId, Version, Rule, Time);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Reward);
        PayoutsEnded.Schedule(rows, ProgrammeId, PayoutTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        Rule.Encode(writer.Text(ProgrammeId.Value).Text(PartnerId.Value).Text(RewardId).Number(Version)).OptionalTime(PayoutTime);

    internal static RewardPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), new PartnerId(reader.Text()), reader.Text(), reader.Number(), RewardRule.Decode(reader), reader.OptionalTime());
}
