using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>Publishes a reward or its next version, which holds from now on. Vouchers that were claimed before stay valid.</summary>
/// <param name="Id">Unique in the programme: 3 to 40 characters of a-z, 0-9 and "-".</param>
public sealed record PublishReward(CommandContext Context, ProgrammeId ProgrammeId, string Id, RewardRule Rule)
    : GovernedCommand<PublishReward.State>(Context)
{
    public override string Method => nameof(PublishReward);

    public override void Encode(CanonicalWriter writer) => Rule.Encode(writer.Byte(1).Text(ProgrammeId.Value).Text(Id));

    public override State Needs(WorkingState rows, DateTime now)
    {
        var rewards = Reward.Latest(rows.FindAll(new Reward.ByProgramme(ProgrammeId)));
        return new State(
            rows.Find(new Programme.Of(ProgrammeId)), [.. Rule.Partners.Where(id => rows.Find(new Partner.Of(id)) is null)], rewards,
            RewardStock.Find(rows, ProgrammeId, Id),
            GroupsOf(rewards).ToDictionary(
                group => group, group => rows.Find(new Due.Of(EndPayouts.DueKind, EndPayouts.SubjectOf(ProgrammeId, group)))?.DueTime));
    }

    public override Governance GovernanceOf(State state, DateTime now)
    {
        var before = state.Rewards.FirstOrDefault(reward => reward.Id == Id);
        return new Governance($"{before?.Version ?? 0}", MayBeAlone: before is not null && Ends(before.Rule));
    }

    /// <summary>Whether the version differs from the one before only in an earlier end.</summary>
    private bool Ends(RewardRule before)
    {
        return Rule.UntilTime <= before.UntilTime && Bytes(Rule with { UntilTime = before.UntilTime }).AsSpan().SequenceEqual(Bytes(before));
        static byte[] Bytes(RewardRule rule) => rule.Encode(new CanonicalWriter()).ToArray();
    }

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
            return new Refusal(RefusalReason.StockGiven, $"{state.Stock.ClaimedCount} are claimed already.", "reward.stock_count")
                .With("claimed_count", state.Stock.ClaimedCount);
        }

        var before = state.Rewards.FirstOrDefault(reward => reward.Id == Id);
        var published = new Reward(ProgrammeId, Id, (before?.Version ?? 0) + 1, Rule, now);
        return new RewardPublished(Header(now), ProgrammeId, programme.PartnerId, Id, published.Version, Rule,
            [.. Payouts(state, published, Calendar.Of(programme.TimeZone), now)]);
    }

    /// <summary>The groups whose payouts change: the reward's, and the one to which it belonged.</summary>
    private IEnumerable<string> GroupsOf(IReadOnlyList<Reward> rewards) =>
        new[] { New.PayoutGroup, rewards.FirstOrDefault(reward => reward.Id == Id)?.PayoutGroup }.OfType<string>()
            .Distinct(StringComparer.Ordinal);

    /// <summary>
    /// When the payouts of these groups fall due. What has fallen due already stays due. A new reward is paid out today if the day
    /// began after its from_time; a later version begins with the next day.
    /// </summary>
    private IEnumerable<PayoutDue> Payouts(State state, Reward published, Calendar calendar, DateTime now)
    {
        var today = calendar.DayOf(now);
        Reward[] rewards = [.. state.Rewards.Where(reward => reward.Id != Id), published];
        var groups = rewards.Where(reward => reward.Rule.Payout is not null).Select(reward => reward.PayoutGroup)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (group, due) in state.Dues.Where(found => groups.Contains(found.Key) || found.Value is not null))
        {
            var own = published.Version == 1 && published.PayoutGroup == group
                ? EndPayouts.NextTime([published], group, today, calendar) : null;
            var next = EndPayouts.NextTime(rewards, group, today.AddDays(1), calendar);
            yield return new PayoutDue(group, due <= now ? due : own < next || next is null ? own ?? next : next);
        }
    }

    private Reward New => new(ProgrammeId, Id, 0, Rule, default);

    /// <param name="Unknown">The brands of the rule that do not exist.</param>
    /// <param name="Rewards">The latest versions of the programme's rewards.</param>
    /// <param name="Dues">The groups whose payouts change, and when these fall due so far; null: never.</param>
    public sealed record State(
        Programme? Programme, IReadOnlyList<PartnerId> Unknown, IReadOnlyList<Reward> Rewards, RewardStock Stock,
        IReadOnlyDictionary<string, DateTime?> Dues);
}

/// <param name="PartnerId">The programme's own brand.</param>
/// <param name="Payouts">When the payouts of the reward's group fall due next, and those of the group to which it belonged.</param>
[EventKind(95, Answers = "PublishReward")]
public sealed record RewardPublished(EventHeader Header, ProgrammeId ProgrammeId, PartnerId PartnerId, string RewardId, long Version,
    RewardRule Rule, IReadOnlyList<PayoutDue> Payouts)
    : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The version after the event.</summary>
    public Reward Reward => new(ProgrammeId, RewardId, Version, Rule, Time);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Reward);
        foreach (var payout in Payouts)
        {
            payout.Apply(rows, ProgrammeId);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        Rule.Encode(writer.Text(ProgrammeId.Value).Text(PartnerId.Value).Text(RewardId).Number(Version)).List(Payouts, PayoutDue.Encode);

    internal static RewardPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), new PartnerId(reader.Text()), reader.Text(), reader.Number(), RewardRule.Decode(reader),
        reader.List(PayoutDue.Decode));
}
