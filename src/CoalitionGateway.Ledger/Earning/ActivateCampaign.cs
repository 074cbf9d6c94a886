using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>A member activates a campaign. The purchases that counted before give their points now.</summary>
public sealed record ActivateCampaign(CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string CampaignId) : Command<ActivateCampaign.State>(Context)
{
    public override string Method => nameof(ActivateCampaign);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(CampaignId);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var versions = rows.FindAll(new Campaign.ByProgramme(ProgrammeId)).Where(version => version.Id == CampaignId).ToArray();
        var campaign = versions.Where(version => version.FromTime <= now).MaxBy(version => version.Version);
        if (rows.Find(new Membership.OfMember(MemberId, ProgrammeId)) is not { } membership || campaign is null || rows.Find(new Programme.Of(ProgrammeId)) is not { } programme)
        {
            return new State(rows.Find(new Membership.OfMember(MemberId, ProgrammeId)), campaign, null, [], Term.Plain);
        }

        var (holdings, rules) = (Holdings.Find(rows, ProgrammeId, membership.Id, now), ProgrammeTerms.RulesAt(rows, ProgrammeId, now));
        var held = rules.Tiers?.At(rows.FindAll(new TierHeld.ByMembership(membership.Id)), now);
        var term = rules.TermOf(now, Calendar.Of(programme.TimeZone), held).At(now);
        holdings.NeedCredit(rows, term);
        var waiting = rows.FindAll(new WaitingAward.ByMembership(membership.Id)).Where(row => row.CampaignId == CampaignId && !row.IsPaid)
            .OrderBy(row => row.PartnerId.Value, StringComparer.Ordinal).ThenBy(row => row.Reference, StringComparer.Ordinal).ToArray();
        foreach (var row in waiting)
        {
            Earned.Find(rows, row.PartnerId, membership.Id);
        }

        return new State(
            membership, campaign, holdings,
            [.. waiting.Select(row => (row, rows.Find(new Purchase.Of(row.PartnerId, row.Reference)))).Where(pair => pair.Item2 is not null).Select(pair => (pair.row, pair.Item2!))],
            term)
        {
            Activation = rows.Find(new Activation.Of(membership.Id, CampaignId)),
            Kept = versions.Where(version => version.Rule.IsKeptOnReturn).Select(version => version.Version).ToHashSet(),
            LeftPoints = rows.Find(new Account.Of(AccountRef.Budget(ProgrammeId, CampaignId).Id))?.BalancePoints ?? 0,
        };
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Membership is not { } membership)
        {
            return MemberRefusals.NotAMember(ProgrammeId, "programme_id");
        }

        if (state is not { Campaign: { } campaign, Holdings: { } holdings } || (campaign.Rule.ActivateUntilTime is null && state.Waiting.Count == 0))
        {
            return new Refusal(RefusalReason.CampaignNotFound, $"{ProgrammeId} has no campaign {CampaignId} that members activate; ListCampaigns shows those there are.", "campaign_id")
                .With("campaign_id", CampaignId);
        }

        if (state.Activation is not null && state.Waiting.Count == 0)
        {
            return new Refusal(RefusalReason.CampaignActivated, "You have activated the campaign already.", "campaign_id")
                .With("activate_time", $"{state.Activation.Time:O}");
        }

        var until = campaign.Rule.ActivateUntilTime ?? campaign.Rule.UntilTime;
        if (now >= until || now >= campaign.Rule.UntilTime)
        {
            return new Refusal(RefusalReason.ActivationOver, "The campaign can no longer be activated.", "campaign_id").With("activate_until_time", $"{until:O}");
        }

        var paid = Paid(state, campaign);
        var points = paid.Sum(row => row.Points);
        var payers = campaign.Rule.BudgetPoints > 0
            ? [new PostingLine(AccountRef.Budget(ProgrammeId, CampaignId), -points)]
            : paid.GroupBy(row => row.Of.PartnerId).Select(brand => new PostingLine(AccountRef.Issue(ProgrammeId, brand.Key), -brand.Sum(row => row.Points)));
        var posting = Posting.Of(ProgrammeId, [.. payers, .. holdings.Credit(points, state.Term)]);
        var settled = holdings.Settles(points, state.Term);
        var made = new CampaignActivated(
            Header(now), MemberId, membership.Id, ProgrammeId, CampaignId, campaign.Version, campaign.Rule.BudgetPoints > 0, paid, points, settled,
            holdings.AvailablePoints + (state.Term.UsableTime is null ? points - settled : 0), state.Term, posting is null ? [] : [posting]);
        return Decision.Accept(made).After(holdings.Settled(Context, MemberId, now));
    }

    /// <summary>What each waiting purchase gives. A budget gives as long as it has something.</summary>
    private static List<PaidAward> Paid(State state, Campaign campaign)
    {
        var left = campaign.Rule.BudgetPoints > 0 ? state.LeftPoints : long.MaxValue;
        var paid = new List<PaidAward>(state.Waiting.Count);
        foreach (var (row, purchase) in state.Waiting)
        {
            var points = Math.Min(state.Kept.Contains(row.CampaignVersion) ? row.Points : row.LeftPoints(purchase), left);
            left -= points;
            paid.Add(new PaidAward(row.Key, points, purchase.ReturnedMicros));
        }

        return paid;
    }

    /// <param name="Campaign">The version that holds now.</param>
    /// <param name="Waiting">The purchases that counted before.</param>
    /// <param name="Term">When the points can be used.</param>
    public sealed record State(Membership? Membership, Campaign? Campaign, Holdings? Holdings, IReadOnlyList<(WaitingAward Award, Purchase Purchase)> Waiting, Term Term)
    {
        /// <summary>Set if the member has activated the campaign.</summary>
        public Activation? Activation { get; init; }

        /// <summary>The versions of the campaign whose points stay when the purchase is returned.</summary>
        public IReadOnlySet<long> Kept { get; init; } = new HashSet<long>();

        /// <summary>What the campaign's budget has left; 0 without a budget.</summary>
        public long LeftPoints { get; init; }
    }
}

/// <summary>What an activation gave for one purchase.</summary>
/// <param name="ReturnedMicros">The part of the purchase that had been returned by then.</param>
public readonly record struct PaidAward(WaitingOf Of, long Points, long ReturnedMicros)
{
    internal void Encode(CanonicalWriter writer)
    {
        Of.Encode(writer);
        writer.Number(Points).Number(ReturnedMicros);
    }

    internal static PaidAward Decode(CanonicalReader reader) => new(WaitingOf.Decode(reader), reader.Number(), reader.Number());
}

/// <param name="Version">The campaign's version.</param>
/// <param name="HasBudget">Whether the campaign's budget paid. Otherwise each brand paid for its own purchases.</param>
/// <param name="Paid">The purchases that counted before.</param>
/// <param name="SettledPoints">The part of <paramref name="AmountPoints"/> that paid debt.</param>
/// <param name="AvailablePoints">The points that can be used afterwards.</param>
[EventKind(54, Answers = "ActivateCampaign")]
public sealed record CampaignActivated(
    EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, string CampaignId, long Version, bool HasBudget,
    IReadOnlyList<PaidAward> Paid, long AmountPoints, long SettledPoints, long AvailablePoints, Term Term, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        if (rows.Find(new Activation.Of(MembershipId, CampaignId)) is null)
        {
            rows.Put(new Activation(MembershipId, CampaignId, Time));
        }

        foreach (var (of, points, returned) in Paid)
        {
            rows.Put(rows.Find(of.Row)!.Paid(points, returned, Term, Time));
            var purchase = rows.Find(new Purchase.Of(of.PartnerId, of.Reference))!;
            rows.Put(purchase with { GivenPoints = purchase.GivenPoints + points });
            if (!HasBudget)
            {
                var earned = Earned.Find(rows, of.PartnerId, MembershipId);
                rows.Put(earned with { GivenPoints = earned.GivenPoints + points });
            }
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Text(CampaignId).Number(Version).Flag(HasBudget)
            .List(Paid, static (w, paid) => paid.Encode(w)).Number(AmountPoints).Number(SettledPoints).Number(AvailablePoints);
        Term.Encode(writer);
        writer.Postings(Moves);
    }

    internal static CampaignActivated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()), reader.Text(), reader.Number(), reader.Flag(),
        reader.List(PaidAward.Decode), reader.Number(), reader.Number(), reader.Number(), Term.Decode(reader), reader.Postings());
}
