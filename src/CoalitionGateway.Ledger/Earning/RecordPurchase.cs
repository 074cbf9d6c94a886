using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// Records a purchase and gives its points. The brand's issue account pays the agreement's award, and each campaign's
/// budget pays the campaign's award.
/// </summary>
public sealed record RecordPurchase(
    CommandContext Context, PartnerId PartnerId, string Reference, string Number, Money Amount, DateTime PurchaseTime)
    : Command<RecordPurchase.State>(Context)
{
    /// <summary>What the partner told beside the amount; null: nothing.</summary>
    public PurchaseDetails? Details { get; init; }

    public override string Method => nameof(RecordPurchase);

    public override void Encode(CanonicalWriter writer)
    {
        Amount.Encode(writer.Byte(1).Text(PartnerId.Value).Text(Reference).Text(Number)).Time(PurchaseTime);
        PurchaseDetails.Encode(writer, Details);
    }

    public override State Needs(WorkingState rows, DateTime now)
    {
        var terms = EarningTerms.Find(rows, PartnerId, Number, Reference, PurchaseTime, now);
        return new State(terms, EarningUse.Find(rows, terms, PartnerId, Amount, PurchaseTime, Details, now))
        {
            Referral = ReferralDue.Find(rows, terms, PurchaseTime, now),
        };
    }

    public override Decision Decide(State state, DateTime now)
    {
        var terms = state.Terms;
        if (terms.Refuses(PartnerId, Reference, "purchase_reference", Amount, PurchaseTime, now) is { } refusal)
        {
            return refusal;
        }

        if (state.Use.Evaluate(terms) is not { Points: <= Points.MaxPerCommand } evaluated)
        {
            return ProgrammeRefusals.AmountTooLarge("amount.micros");
        }

        var (earning, holdings, given) = (terms.Earning!, terms.Holdings!, evaluated.Points);
        var term = evaluated.Awards[0].Term.At(now);
        var settled = holdings.Settles(given, term);
        var posting = Posting.Of(earning.ProgrammeId, [.. Paying(evaluated.Awards, terms), .. holdings.Credit(given, term)]);
        var made = new PurchaseRecorded(
            Header(now), PartnerId, Reference, earning.MemberId, earning.Id, earning.ProgrammeId, Amount, PurchaseTime, Details,
            terms.Agreement!.Version, terms.RulesVersion, given, settled, OwnPoints(evaluated.Awards, terms),
            holdings.AvailablePoints + (term.UsableTime is null && !(holdings.ExpireTimeOf(term) <= now) ? given - settled : 0),
            evaluated.IsPlain ? [] : [.. evaluated.Awards.Select(award => award with { Term = term })], evaluated.Counted, evaluated.Tier,
            terms.InactiveTime, posting is null ? [] : [posting]);
        return Decision.Accept(made).After([holdings.Settled(Context, earning.MemberId, now), .. state.Referral?.Settled(Context, now) ?? []])
            .Then(FollowUps(state, evaluated, term, holdings with { OwedPoints = holdings.OwedPoints - settled }, now));
    }

    /// <summary>What the purchase sets off: points that no brand may see in it, and those for a referral.</summary>
    private IReadOnlyList<Event> FollowUps(State state, Evaluated evaluated, Term term, Holdings held, DateTime now)
    {
        if (evaluated.Apart.Count == 0)
        {
            return state.Referral?.Pay(held, nth => FollowUp(now, nth)) ?? [];
        }

        var terms = state.Terms;
        var paid = CampaignPaid.Of(
            evaluated, term, terms.Earning!.MemberId, held,
            award => HasBudget(award, terms) ? AccountRef.Budget(held.ProgrammeId, award.RuleId) : AccountRef.Issue(held.ProgrammeId, terms.Programme!.PartnerId),
            nth => FollowUp(now, nth));
        var rest = held with { OwedPoints = held.OwedPoints - paid.Sum(made => made.SettledPoints) };
        return [.. paid, .. state.Referral?.Pay(rest, nth => FollowUp(now, paid.Count + nth)) ?? []];
    }

    /// <summary>The lines that take the awards' points from who pays them.</summary>
    private IEnumerable<PostingLine> Paying(IReadOnlyList<Award> awards, EarningTerms terms) =>
    [
        new(AccountRef.Issue(terms.Earning!.ProgrammeId, PartnerId), -OwnPoints(awards, terms)),
        .. awards.Where(award => HasBudget(award, terms)).Select(award => new PostingLine(AccountRef.Budget(terms.Earning.ProgrammeId, award.RuleId), -award.Points)),
    ];

    /// <summary>The points that the brand itself pays.</summary>
    private static long OwnPoints(IReadOnlyList<Award> awards, EarningTerms terms) => awards.Where(award => !HasBudget(award, terms)).Sum(award => award.Points);

    private static bool HasBudget(Award award, EarningTerms terms) =>
        award.Rule == AwardRule.Campaign && terms.Campaigns.First(campaign => campaign.Id == award.RuleId).Rule.BudgetPoints > 0;

    public sealed record State(EarningTerms Terms, EarningUse Use)
    {
        /// <summary>What the purchase pays for a referral; null: nothing.</summary>
        public ReferralDue? Referral { get; init; }
    }
}
