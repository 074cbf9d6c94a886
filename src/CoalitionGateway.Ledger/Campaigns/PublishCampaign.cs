using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>
/// Publishes a campaign or a later version of it. The payer's issue account fills the budget; a later version fills it up
/// or takes from what is left.
/// </summary>
/// <param name="Id">Unique in the programme: 3 to 40 characters of a-z, 0-9 and "-".</param>
public sealed record PublishCampaign(CommandContext Context, ProgrammeId ProgrammeId, string Id, CampaignRule Rule) : GovernedCommand<PublishCampaign.State>(Context)
{
    /// <summary>Whether the campaign may begin in the past, where old purchases are imported.</summary>
    public bool MayBePast { get; init; }

    /// <summary>The largest budget that one person may give alone, in points.</summary>
    public long MaxPointsAlone { get; init; }

    public override string Method => nameof(PublishCampaign);

    public override void Encode(CanonicalWriter writer) => Rule.Encode(writer.Byte(1).Text(ProgrammeId.Value).Text(Id));

    public override State Needs(WorkingState rows, DateTime now)
    {
        var due = rows.Find(new Due.Of(CloseBudget.DueKind, CloseBudget.SubjectOf(ProgrammeId, Id)));
        return new State(
            rows.Find(new Programme.Of(ProgrammeId)),
            Rule.PayerId is { } payer ? rows.Find(new Partner.Of(payer)) : null,
            [.. rows.FindAll(new Campaign.ByProgramme(ProgrammeId)).Where(version => version.Id == Id).OrderBy(version => version.Version)],
            rows.Find(new Account.Of(AccountRef.Budget(ProgrammeId, Id).Id))?.BalancePoints ?? 0)
        {
            IsBudgetOpen = due is not null,
        };
    }

    // The end of a campaign, or a small budget, needs one person.
    public override Governance GovernanceOf(State state, DateTime now)
    {
        var before = state.Before.Count == 0 ? null : state.Before[^1];
        var ends = before is not null && Ends(before.Rule);
        var isSmall = Rule.BudgetPoints > 0 && Rule.BudgetPoints <= MaxPointsAlone;
        return new Governance($"{before?.Version ?? 0}", MayBeAlone: isSmall || ends) { IsSmall = !ends };
    }

    /// <summary>Whether the version differs from the one before only in an earlier end.</summary>
    private bool Ends(CampaignRule before)
    {
        return Rule.UntilTime <= before.UntilTime && Bytes(Rule with { UntilTime = before.UntilTime }).AsSpan().SequenceEqual(Bytes(before));
        static byte[] Bytes(CampaignRule rule) => rule.Encode(new CanonicalWriter()).ToArray();
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Programme is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "campaign.programme_id");
        }

        if (Rule.PayerId is { } payer && state.Payer is null)
        {
            return ProgrammeRefusals.PartnerNotFound(payer, "campaign.payer_id");
        }

        var before = state.Before.Count == 0 ? null : state.Before[^1];
        if (before is null && Rule.FromTime < now && !MayBePast)
        {
            return ProgrammeRefusals.RuleInThePast(now, "campaign.from_time");
        }

        if (before is not null && (before.Rule.PayerId != Rule.PayerId || before.Rule.BudgetPoints > 0 != Rule.BudgetPoints > 0))
        {
            return new Refusal(RefusalReason.PayerChanged, $"{before.Rule.PayerId?.Value ?? "each brand"} pays for campaign {Id}; publish another campaign.", "campaign.payer_id")
                .With("payer_id", before.Rule.PayerId?.Value ?? "");
        }

        // An ended campaign's budget went back to its payer, whether or not a sweep has posted that.
        var closed = before is { Rule.PayerId: { } paid } && before.CloseTime <= now && state.IsBudgetOpen
            ? BudgetClosed.Of(Context.Settling(CloseBudget.SubjectOf(ProgrammeId, Id), now), ProgrammeId, Id, paid, state.LeftPoints)
            : null;
        var (added, left) = (Rule.BudgetPoints - (before?.Rule.BudgetPoints ?? 0), closed is null ? state.LeftPoints : 0);
        if (left + added < 0)
        {
            var least = before!.Rule.BudgetPoints - left;
            return new Refusal(RefusalReason.BudgetSpent, $"{least} points of the budget are given already.", "campaign.budget_points")
                .With("given_points", least);
        }

        var posting = Rule.PayerId is { } pays
            ? Posting.Of(ProgrammeId, [new(AccountRef.Issue(ProgrammeId, pays), -added), new(AccountRef.Budget(ProgrammeId, Id), added)])
            : null;
        return Decision.Accept(new CampaignPublished(
            Header(now), ProgrammeId, Id, (before?.Version ?? 0) + 1, before is null && Rule.FromTime < now ? Rule.FromTime : now, Rule, posting is null ? [] : [posting])).After(closed);
    }

    /// <param name="Before">The versions so far, in their order.</param>
    /// <param name="LeftPoints">The points that the budget has left.</param>
    public sealed record State(Programme? Programme, Partner? Payer, IReadOnlyList<Campaign> Before, long LeftPoints)
    {
        /// <summary>Whether the budget has not been given back.</summary>
        public bool IsBudgetOpen { get; init; }
    }
}

[EventKind(52, Answers = "PublishCampaign")]
public sealed record CampaignPublished(
    EventHeader Header, ProgrammeId ProgrammeId, string CampaignId, long Version, DateTime FromTime, CampaignRule Rule, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override PartnerId? Partner => Rule.PayerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The version after the event.</summary>
    public Campaign Campaign => new(ProgrammeId, CampaignId, Version, FromTime, Rule, Time);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Campaign);
        if (Rule.BudgetPoints > 0)
        {
            rows.Put(new Due(CloseBudget.DueKind, CloseBudget.SubjectOf(ProgrammeId, CampaignId), Campaign.CloseTime));
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        Rule.Encode(writer.Text(ProgrammeId.Value).Text(CampaignId).Number(Version).Time(FromTime)).Postings(Moves);

    internal static CampaignPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Time(), CampaignRule.Decode(reader), reader.Postings());
}
