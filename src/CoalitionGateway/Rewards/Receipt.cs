using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Rewards;

/// <summary>The subject of a receipt's line. The numbers match the contract's.</summary>
internal enum ReceiptSubject
{
    Earned = 1,
    Award = 2,
    Spent = 3,
    Balance = 4,
    Reward = 5,
    Tier = 6,
}

/// <summary>What a receipt tells.</summary>
/// <param name="Purchase">The purchase or the return; null: the receipt is about payments only.</param>
/// <param name="Made">The purchase's event; null for a return, and without a purchase.</param>
internal sealed record Receipt(Purchase? Purchase, PurchaseRecorded? Made)
{
    /// <summary>The programme of the purchase's points.</summary>
    public Programme? EarnedIn { get; private init; }

    /// <summary>The payments, with their states now.</summary>
    public IReadOnlyList<(Redemption Redemption, RedemptionState State)> Payments { get; private init; } = [];

    /// <summary>The member in the brand's own programme; null: there is none.</summary>
    public IdentifiedMember? Member { get; init; }

    /// <summary>Finds what a receipt tells.</summary>
    /// <returns>The receipt, or the refusal of a payment that is unknown or another member's.</returns>
    public static (Receipt? Receipt, Refusal? Refusal) Find(
        WorkingState rows, PartnerId partner, (Purchase Row, PurchaseRecorded? Made)? bought, IReadOnlyList<string> references,
        DateTime now)
    {
        var member = bought is { Row: var row } ? Membership.Find(rows, row.MembershipId) : null;
        var payments = new List<(Redemption, RedemptionState)>();

        // A brand that took points of another programme does not know whose they are. It can ask about such a payment alone.
        var isAlone = bought is null && references.Count == 1;
        foreach (var reference in references)
        {
            if (RedemptionView.Find(rows, partner, reference, now) is not { } view || (!isAlone && !IsOwn(rows, view.Redemption)))
            {
                return (null, Redemption.NotFound("redemption_references").With("redemption_reference", reference));
            }

            var payer = Membership.Find(rows, view.Redemption.MembershipId);
            if ((member ??= payer)?.MemberId != payer?.MemberId)
            {
                return (null, Redemption.OfAnotherMember("redemption_references").With("redemption_reference", reference));
            }

            payments.Add((view.Redemption, view.StateAt(now)));
        }

        var isForeign = payments.Any(payment => !IsOwn(rows, payment.Item1));
        var own = member is null or { IsErased: true } || isForeign || rows.Find(new Programme.OwnedBy(partner)) is not { } home
            ? null
            : rows.Find(new Membership.OfMember(member.MemberId, home.Id));
        return (
            new Receipt(bought?.Row, bought?.Made)
            {
                EarnedIn = bought is null ? null : rows.Find(new Programme.Of(bought.Value.Row.ProgrammeId)),
                Payments = payments,
                Member = own is null ? null : IdentifiedMember.Find(rows, own, partner, now),
            },
            null);
    }

    /// <summary>Whether the points were of the brand's own programme.</summary>
    private static bool IsOwn(WorkingState rows, Redemption payment) =>
        rows.Find(new Programme.Of(payment.ProgrammeId))?.PartnerId == payment.PartnerId;

    /// <summary>The lines, in the order in which they are printed.</summary>
    public IEnumerable<(ReceiptSubject Subject, string Text)> Lines(string language, DateTime now)
    {
        var words = new Printed(ReceiptWords.In(language), language);
        return [.. Earned(words, now), .. Payments.SelectMany(payment => Paid(words, payment.Redemption, payment.State)), .. Has(words)];
    }

    private IEnumerable<(ReceiptSubject Subject, string Text)> Earned(Printed words, DateTime now)
    {
        if (Purchase is null || EarnedIn is not { } programme)
        {
            yield break;
        }

        if (Made is { } made)
        {
            var isOwn = programme.PartnerId == Purchase.PartnerId;
            var worth = words.Worth(made.GivenPoints, programme.PointValue);
            yield return (ReceiptSubject.Earned,
                Printed.Of(isOwn ? words.All.Earned : words.All.EarnedIn, made.GivenPoints, worth, programme.DisplayName));
            foreach (var text in made.AllAwards.SelectMany(award => Parts(words, programme, award, made.AllAwards.Count == 1, now)))
            {
                yield return (ReceiptSubject.Award, text);
            }
        }

        if (Purchase.TakenPoints > 0)
        {
            yield return (ReceiptSubject.Earned, Printed.Of(words.All.TakenBack, Purchase.TakenPoints));
        }
    }

    private static IEnumerable<string> Parts(Printed words, Programme programme, Award award, bool isOnly, DateTime now)
    {
        if (!isOnly && award.Points > 0)
        {
            yield return Printed.Of(
                award.Rule switch { AwardRule.Agreement => words.All.Purchase, AwardRule.Tier => words.All.Tier, _ => words.All.Campaign },
                award.Points, "", award.RuleId);
        }

        if (award.WaitingPoints > 0)
        {
            yield return Printed.Of(words.All.Waiting, award.WaitingPoints, "", award.RuleId);
        }

        if (award.WithheldPoints > 0)
        {
            yield return Printed.Of(words.All.Withheld, award.WithheldPoints);
        }

        if (award.Points > 0 && award.Term.UsableTime is { } usable && usable > now)
        {
            yield return Printed.Of(words.All.Pending, award.Points, "", Printed.Day(Calendar.Of(programme.TimeZone).DayOf(usable)));
        }
    }

    private static IEnumerable<(ReceiptSubject Subject, string Text)> Paid(Printed words, Redemption redemption, RedemptionState state)
    {
        var value = new Money(redemption.ValueCurrencyCode, redemption.ValueMicros);
        var (text, points) = state switch
        {
            RedemptionState.Captured => (words.All.Paid, redemption.CapturedPoints),
            RedemptionState.Reserved => (words.All.Reserved, redemption.Points),
            _ => (words.All.Released, redemption.Points),
        };
        yield return (ReceiptSubject.Spent, Printed.Of(text, points, words.Worth(points, value)));
        if (state == RedemptionState.Reserved && redemption is { NeedsApproval: true, ApproveTime: null })
        {
            yield return (ReceiptSubject.Spent, words.All.ToApprove);
        }

        if (redemption.RefundedPoints > 0)
        {
            yield return (ReceiptSubject.Spent, Printed.Of(words.All.GivenBack, redemption.RefundedPoints));
        }
    }

    private IEnumerable<(ReceiptSubject Subject, string Text)> Has(Printed words)
    {
        if (Member is not { Programme: var programme, Holdings: var holdings } member)
        {
            yield break;
        }

        yield return (ReceiptSubject.Balance,
            Printed.Of(words.All.Balance, holdings.AvailablePoints, words.Worth(holdings.AvailablePoints, programme.PointValue)));
        if (holdings.OwedPoints > 0)
        {
            yield return (ReceiptSubject.Balance, Printed.Of(words.All.Owed, holdings.OwedPoints));
        }

        if (holdings.Lots is [var first, ..] && holdings.ExpireTimeOf(first.Term) is { } end)
        {
            // The last day on which the points can be used.
            var day = Calendar.Of(programme.TimeZone).DayOf(end.AddTicks(-1));
            var points = holdings.Lots.Where(lot => Calendar.Of(programme.TimeZone)
                .DayOf(holdings.ExpireTimeOf(lot.Term)!.Value.AddTicks(-1)) == day).Sum(lot => lot.Points);
            yield return (ReceiptSubject.Balance, Printed.Of(words.All.Expires, points, "", Printed.Day(day)));
        }

        if (member.Rewards is [var reached, ..])
        {
            yield return (ReceiptSubject.Reward, Printed.Of(words.All.Reward, 0, "", words.NameOf(reached)));
        }

        if (member.Next is { } next)
        {
            yield return (ReceiptSubject.Reward,
                Printed.Of(words.All.NextReward, next.NeededPoints - holdings.AvailablePoints, "", words.NameOf(next)));
        }

        if (member.Standing is { Next: { } tier, Counted: var counted, Rule: var rule } && tier.Threshold > counted)
        {
            yield return (ReceiptSubject.Tier, words.OfTier(rule, tier.Id, tier.Threshold - counted));
        }
    }

    /// <summary>The words of a language with numbers, amounts and days.</summary>
    private sealed record Printed(ReceiptWords All, string Language)
    {
        public static string Day(DateOnly day) => $"{day:yyyy-MM-dd}";

        public static string Of(string text, long points, string worth = "", string name = "") => string.Format(text, points, worth, name);

        public string OfTier(TierRule rule, string id, long missing) => rule.Measure switch
        {
            TierMeasure.Spend => string.Format(All.NextTierBySpend, Amount(new Money(rule.CurrencyCode, missing)), "", id),
            TierMeasure.Purchases => Of(All.NextTierByPurchases, missing, "", id),
            TierMeasure.Units => Of(All.NextTierByUnits, missing, "", id),
            _ => Of(All.NextTierByPoints, missing, "", id),
        };

        /// <summary>What points are worth, rounded down to the currency's minor unit, such as 4.00 EUR.</summary>
        public string Worth(long points, Money pointValue) => Amount(Redemption.WorthOf(points, pointValue));

        /// <summary>
        /// The name of a reward in the language; if it has none, its first name. With the money that it costs beside the points.
        /// </summary>
        public string NameOf(Reward reward)
        {
            var name = (reward.Rule.Texts.FirstOrDefault(text => text.Language == Language) ?? reward.Rule.Texts[0]).Name;
            return reward.Rule.PriceMoney is { } money ? $"{name} (+ {Amount(money)})" : name;
        }

        private string Amount(Money money)
        {
            var digits = Currencies.Digits(money.CurrencyCode) ?? 0;
            return $"{(money.Micros / 1_000_000m).ToString($"F{digits}").Replace('.', All.DecimalSign)} {money.CurrencyCode}";
        }
    }
}
