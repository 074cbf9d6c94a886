using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// The programme and the agreement by which a member's purchase at a brand earns points. The programme is the one that
/// the member chose, if they are a member of it, otherwise the brand's own.
/// </summary>
public sealed record EarningTerms(
    Programme? Home, Membership? Known, Membership? Earning, Agreement? Agreement, IReadOnlyList<Agreement> Offered,
    Holdings? Holdings, Purchase? Taken)
{
    /// <summary>The points that the brand gave to the membership and took back so far.</summary>
    public Earned? Earned { get; init; }

    public static EarningTerms Find(WorkingState rows, PartnerId partner, string number, string reference)
    {
        var taken = rows.FindTaken(new Purchase.Of(partner, reference));
        var offered = rows.FindAll(new Agreement.ByPartner(partner));
        var home = rows.Find(new Programme.OwnedBy(partner));
        var known = home is null ? null : MembershipNumber.Find(rows, home.Id, number);
        if (known is null)
        {
            return new EarningTerms(home, null, null, null, offered, null, taken);
        }

        var choice = rows.Find(new Choice.Of(known.MemberId, partner));
        var chosen = choice is null ? null : rows.Find(new Membership.OfMember(known.MemberId, choice.ProgrammeId));
        var earning = chosen ?? known;
        return new EarningTerms(
            home, known, earning, rows.Find(new Agreement.Of(partner, earning.ProgrammeId)), offered,
            Holdings.Find(rows, earning.ProgrammeId, earning.Id), taken)
        {
            Earned = Earned.Find(rows, partner, earning.Id),
        };
    }

    /// <summary>The first refusal that applies to earning on an amount; null if none applies.</summary>
    public Refusal? Refuses(PartnerId partner, string reference, string referenceField, Money amount)
    {
        if (Home is null)
        {
            return MemberRefusals.PartnerWithoutProgramme(partner);
        }

        if (Taken is not null)
        {
            return new Refusal(RefusalReason.PurchaseReferenceTaken, $"Reference {reference} was recorded before, under another request id.", referenceField)
                .With("reference", reference);
        }

        if (Known is null || Earning is null)
        {
            return MemberRefusals.NumberNotFound(Home.Id);
        }

        if (Agreement is null)
        {
            return ProgrammeRefusals.AgreementNotFound(partner, Earning.ProgrammeId, Offered);
        }

        if (amount.CurrencyCode != Agreement.CurrencyCode)
        {
            return ProgrammeRefusals.CurrencyMismatch(Agreement.CurrencyCode, amount.CurrencyCode, "amount.currency_code");
        }

        return Agreement.PointsFor(amount.Micros) is null ? ProgrammeRefusals.AmountTooLarge("amount.micros") : null;
    }
}
