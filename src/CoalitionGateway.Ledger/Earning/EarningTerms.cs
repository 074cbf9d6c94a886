using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// The programme and the agreement by which a member's purchase at a brand earns points, as they were when it was made. The
/// programme is the one that the member had chosen, if they are a member of it, otherwise the brand's own.
/// </summary>
/// <param name="Agreement">The version that held at the time of the purchase.</param>
/// <param name="Offered">All versions of all agreements of the brand.</param>
public sealed record EarningTerms(
    Programme? Home, Membership? Known, Membership? Earning, Agreement? Agreement, IReadOnlyList<Agreement> Offered,
    Holdings? Holdings, Purchase? Taken)
{
    /// <summary>The points that the brand gave to the membership and took back so far.</summary>
    public Earned? Earned { get; init; }

    /// <summary>The programme of <see cref="Earning"/>.</summary>
    public Programme? Programme { get; init; }

    /// <summary>The rules of that programme that held at the time of the purchase.</summary>
    public ProgrammeRules Rules { get; init; } = ProgrammeRules.None;

    /// <summary>The version of <see cref="Rules"/>; 0: there are none.</summary>
    public long RulesVersion { get; init; }

    /// <summary>When the member's points expire if this is the last purchase, by the terms that hold now; null: never.</summary>
    public DateTime? InactiveTime { get; init; }

    /// <summary>The tiers that the membership has or had, if the rules know tiers.</summary>
    public IReadOnlyList<TierHeld> Tiers { get; init; } = [];

    /// <summary>The campaigns of that programme that ran at the time of the purchase.</summary>
    public IReadOnlyList<Campaign> Campaigns { get; init; } = [];

    public static EarningTerms Find(WorkingState rows, PartnerId partner, string number, string reference, DateTime time, DateTime now)
    {
        var taken = rows.FindTaken(new Purchase.Of(partner, reference));
        var offered = rows.FindAll(new Agreement.ByPartner(partner));
        var home = rows.Find(new Programme.OwnedBy(partner));
        var known = home is null ? null : MembershipNumber.Find(rows, home.Id, number, time);
        if (known is null)
        {
            return new EarningTerms(home, null, null, null, offered, null, taken);
        }

        return Of(rows, home!, known, Chosen(rows, known, partner, time), offered, time, now) with { Taken = taken };
    }

    /// <summary>The terms at each brand where a member is known, in each of the member's programmes whose points it gives.</summary>
    /// <returns>The terms, and whether purchases at the brand earn in that programme now.</returns>
    public static IReadOnlyList<(EarningTerms Terms, bool IsChosen)> AllOf(WorkingState rows, MemberId member, DateTime now)
    {
        var found = new List<(EarningTerms, bool)>();
        var own = rows.FindAll(new Membership.ByMember(member));
        foreach (var known in own)
        {
            if (rows.Find(new Programme.Of(known.ProgrammeId)) is not { } home)
            {
                continue;
            }

            var (offered, chosen) = (rows.FindAll(new Agreement.ByPartner(home.PartnerId)), Chosen(rows, known, home.PartnerId, now));
            found.AddRange(
                own.Where(earning => Agreement.At(offered, earning.ProgrammeId, now) is not null)
                    .Select(earning => (Of(rows, home, known, earning, offered, now, now), earning == chosen)));
        }

        return found;
    }

    /// <summary>The membership that purchases at a brand earn in.</summary>
    private static Membership Chosen(WorkingState rows, Membership known, PartnerId partner, DateTime time)
    {
        var choice = Choice.At(rows.FindAll(new Choice.ByBrand(known.MemberId, partner)), time);
        return (choice is null ? null : rows.Find(new Membership.OfMember(known.MemberId, choice.ProgrammeId))) ?? known;
    }

    private static EarningTerms Of(
        WorkingState rows, Programme home, Membership known, Membership earning, IReadOnlyList<Agreement> offered, DateTime time, DateTime now)
    {
        var versions = rows.FindAll(new ProgrammeTerms.ByProgramme(earning.ProgrammeId));
        var rules = ProgrammeTerms.At(versions, time);
        var programme = earning.ProgrammeId == home.Id ? home : rows.Find(new Programme.Of(earning.ProgrammeId));
        return new EarningTerms(
            home, known, earning, Agreement.At(offered, earning.ProgrammeId, time), offered,
            Holdings.Find(rows, earning.ProgrammeId, earning.Id, now), null)
        {
            Earned = Earned.Find(rows, home.PartnerId, earning.Id),
            Programme = programme,
            InactiveTime = programme is null ? null : ProgrammeTerms.At(versions, now)?.Rules.Inactivity?.EndOf(now, Calendar.Of(programme.TimeZone)),
            Rules = rules?.Rules ?? ProgrammeRules.None,
            RulesVersion = rules?.Version ?? 0,
            Tiers = rules?.Rules.Tiers is null ? [] : rows.FindAll(new TierHeld.ByMembership(earning.Id)),
            Campaigns = Campaign.At(rows.FindAll(new Campaign.ByProgramme(earning.ProgrammeId)), time),
        };
    }

    /// <summary>What the rules know about a purchase. The programme and its agreement must be known.</summary>
    public PurchaseFacts Facts(PartnerId partner, Money amount, DateTime time, PurchaseDetails? details) =>
        new(partner, amount, time, details, Calendar.Of(Programme!.TimeZone)) { Tiers = Tiers, Tier = Rules.Tiers?.At(Tiers, time) };

    /// <summary>Refuses a partner's reference that another request took.</summary>
    public static Refusal ReferenceTaken(string reference, string field) =>
        new Refusal(RefusalReason.PurchaseReferenceTaken, $"Reference {reference} was recorded before, under another request id.", field)
            .With("reference", reference);

    /// <summary>The first refusal that applies to earning on an amount; null if none applies.</summary>
    public Refusal? Refuses(PartnerId partner, string reference, string referenceField, Money amount, DateTime time, DateTime now, string timeField = "purchase_time")
    {
        if (Home is null)
        {
            return MemberRefusals.PartnerWithoutProgramme(partner);
        }

        if (Taken is not null)
        {
            return ReferenceTaken(reference, referenceField);
        }

        if (Known is null || Earning is null)
        {
            return MemberRefusals.NumberNotFound(Home.Id);
        }

        if (Agreement is null)
        {
            return ProgrammeRefusals.AgreementNotFound(partner, Earning.ProgrammeId, Offered);
        }

        if (Agreement.Terms.AcceptDays > 0 && time < now.AddDays(-Agreement.Terms.AcceptDays))
        {
            return new Refusal(RefusalReason.PurchaseTooLate, $"The agreement accepts purchases for {Agreement.Terms.AcceptDays} days.", timeField)
                .With("accept_days", Agreement.Terms.AcceptDays).With("earliest_time", $"{now.AddDays(-Agreement.Terms.AcceptDays):O}");
        }

        if (Agreement.Terms.RateFor(amount.CurrencyCode) is null)
        {
            return ProgrammeRefusals.CurrencyMismatch(string.Join(',', Agreement.Terms.Rates.Select(rate => rate.Spend.CurrencyCode)), amount.CurrencyCode, "amount.currency_code");
        }

        return Agreement.Terms.PointsFor(amount) is null ? ProgrammeRefusals.AmountTooLarge("amount.micros") : null;
    }
}
