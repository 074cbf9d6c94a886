using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>
/// Ada's membership in Stars, and purchases under published rules. Aurora gives points of Stars too, and Ada earns there.
/// One pound is one point.
/// </summary>
internal sealed class RuleBench
{
    private int _id;

    public RuleBench() => Journal.Commit(
        Given.Partner(Given.Beanery), Given.Partner(Given.Aurora), Given.Programme(Given.Stars, Given.Beanery), Given.Programme(Given.Miles, Given.Aurora),
        Given.Agreement(Given.Beanery, Given.Stars), Given.Agreement(Given.Aurora, Given.Stars),
        new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
        new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
        new Choice(Given.Ada, Given.Aurora, Given.Now.AddYears(-1), Given.Stars));

    public MemoryJournal Journal { get; } = new(new MemoryStore(), new RowMemory());

    public DateTime Now { get; set; } = Given.Now;

    public static CampaignRule Campaign(long points, CampaignFilter? filter = null, long budget = 0) => new(
        Given.Now, Given.Now.AddDays(90), filter ?? CampaignFilter.All, CampaignEffect.Fixed, points, null, [], "", [], false, budget > 0 ? Given.Beanery : null, budget);

    public IEnumerable<TRow> Rows<TRow>() => Journal.Store.Rows.OfType<TRow>();

    public Holdings Held => Journal.HoldingsAt(Given.Stars, Given.AdaInStars, Now);

    public CommandContext Next(Caller? caller = null) => new(caller ?? Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(_id)));

    public Answer Run(Command command) => Journal.Run([command], Now).Single();

    public void Publish(ProgrammeRules rules) => Outcome.Made<ProgrammeTermsPublished>(Run(new PublishProgrammeTerms(Next(), Given.Stars, rules)));

    public void Publish(string campaign, CampaignRule rule) => Outcome.Made<CampaignPublished>(Run(new PublishCampaign(Next(), Given.Stars, campaign, rule)));

    public PurchaseRecorded Buy(long pounds, string? reference = null, PartnerId? at = null, DateTime? time = null)
    {
        var partner = at ?? Given.Beanery;
        var context = Next();
        return Outcome.Made<PurchaseRecorded>(Run(new RecordPurchase(
            context, partner, reference ?? $"R-{_id}", partner == Given.Beanery ? "S-1" : "M-1", Given.Gbp(pounds * 1_000_000), time ?? Now)));
    }

    public PurchaseReversed Return(string reference, long? pounds = null, PartnerId? at = null) => Outcome.Made<PurchaseReversed>(Run(
        new ReversePurchase(Next(), at ?? Given.Beanery, reference, pounds is { } some ? Given.Gbp(some * 1_000_000) : null)));
}
