using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Earning;

/// <summary>
/// The edges of real programmes' rules, in the numbers of the notes on earning and reward rules. "Edge n" is a note's number.
/// </summary>
public sealed class PublishedEdgeTests
{
    private static readonly DateTime _published = new(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime _end = new(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Dictionary<string, Shop> _shops = new()
    {
        // 4 points for each zloty; 4 receipts and 300 zloty a day.
        ["Zappka"] = new("Europe/Warsaw", new Rate(4, Of("PLN", 1))) { Caps = [new Cap(CapPeriod.Day, 1200, 4)] },

        // A sticker for each 49 zloty, and one more each for the card, for fruit and for marked goods; 80 a receipt. A campaign
        // counts the spend of its own lines alone, so the receipt has one line, of fruit that is marked.
        ["Biedronka"] = new("Europe/Warsaw", new Rate(1, Of("PLN", 49), WholeSpendOnly: true))
        {
            Caps = [new Cap(CapPeriod.Purchase, 80, 0)],
            Campaigns =
            [
                Campaign(CampaignEffect.PerSpend, 1) with { Spend = Of("PLN", 49) },
                Campaign(CampaignEffect.PerSpend, 1, "fruit", "marked fruit") with { Spend = Of("PLN", 49) },
                Campaign(CampaignEffect.PerSpend, 1, "marked", "marked fruit") with { Spend = Of("PLN", 49) },
            ],
        },

        // A cent for each dollar, and 4 more in the quarter's category on the first 1,500 dollars.
        ["Chase"] = new("America/New_York", new Rate(1, Of("USD", 1)))
        {
            Campaigns = [Campaign(CampaignEffect.Percent, 400, "quarter") with { Caps = [new Cap(CapPeriod.Ever, 6000, 0)] }],
        },

        // Double points on the first of the month, at most 1,000 more a purchase.
        ["Bilt"] = new("America/New_York", new Rate(1, Of("USD", 1)))
        {
            Campaigns =
            [
                Campaign(CampaignEffect.Percent, 100) with
                {
                    FromTime = new DateTime(2024, 11, 1, 4, 0, 0, DateTimeKind.Utc), UntilTime = new DateTime(2024, 11, 2, 4, 0, 0, DateTimeKind.Utc),
                    Caps = [new Cap(CapPeriod.Purchase, 1000, 0)],
                },
            ],
        },

        // 10 points a visit, which a return does not take, and 1 for each 10 pence.
        ["Sparks"] = new("Europe/London", new Rate(1, new Money("GBP", 100_000))) { Campaigns = [Campaign(CampaignEffect.Fixed, 10) with { IsKeptOnReturn = true }] },

        // Points by bands alone: 2 up to 30 euros, then 6.
        ["IKEA PT"] = new("Europe/Lisbon", new Rate(1, Of("EUR", 1), MinimumMicros: Money.MaxMicros))
        {
            Campaigns = [Campaign(CampaignEffect.Bands, 0) with { Spend = Of("EUR", 1), Bands = [new Band(10_000_000, 2), new Band(30_000_000, 6)] }],
        },

        ["Amex"] = new("America/New_York", new Rate(1, Of("USD", 1))),
    };

    // The steps are the amounts bought at noon of the day, with the category of the only line in brackets; "back" returns of
    // the last purchase. The expected numbers are what each step gives or takes.
    public static TheoryData<string, string, string, string, string> Steps => new()
    {
        { "Edge 12", "Zappka", "2025-03-03", "120, 120, 90, 20", "480, 480, 240, 0" },
        { "Edge 12", "Zappka", "2025-03-03", "10, 10, 10, 10, 10", "40, 40, 40, 40, 0" },
        { "Edge 13", "Biedronka", "2025-11-03", "98 (marked fruit)", "8" },
        { "Edge 13, with the card alone", "Biedronka", "2025-11-03", "97.99", "2" },
        { "Edge 13, the cap of a receipt", "Biedronka", "2025-11-03", "1225 (marked fruit)", "80" },
        { "Edge 15", "Chase", "2025-02-03", "1700 (quarter)", "7700" },
        { "Edge 15, in two purchases", "Chase", "2025-02-03", "1500 (quarter), 200 (quarter)", "7500, 200" },
        { "Edge 16", "Bilt", "2024-11-01", "1400", "2400" },
        { "Edge 16, a day later", "Bilt", "2024-11-02", "1400", "1400" },
        { "Edge 18, Sparks", "Sparks", "2016-05-02", "1.20, back 1.20", "22, -12" },
        { "Edge 18, IKEA PT", "IKEA PT", "2025-03-03", "30.50, back 1", "6, -4" },
        { "Edge 18, IKEA PT, all back", "IKEA PT", "2025-03-03", "30.50, back 1, back 29.50", "6, -4, -2" },
    };

    [Theory]
    [InlineData("Edge 6, Dunkin'", "2028-02-29", 12, ExpirySnap.MonthEnd, "2029-02-28")]
    [InlineData("Edge 6, Dunkin'", "2027-02-03", 12, ExpirySnap.MonthEnd, "2028-02-29")]
    [InlineData("Edge 7, Starbucks: gone on 1 Jul", "2020-12-15", 6, ExpirySnap.MonthEnd, "2021-06-30")]
    [InlineData("Edge 7, Starbucks: gone on 1 Sep", "2024-02-29", 6, ExpirySnap.MonthEnd, "2024-08-31")]
    [InlineData("Edge 8, airBaltic", "2024-02-29", 36, ExpirySnap.Day, "2027-02-28")]
    [InlineData("Edge 9, Miles & More", "2025-02-10", 36, ExpirySnap.QuarterEnd, "2028-03-31")]
    [InlineData("Edge 10, PAYBACK", "2019-09-30", 36, ExpirySnap.FixedDate, "2022-09-30", 9, 30)]
    [InlineData("Edge 10, PAYBACK", "2019-10-01", 36, ExpirySnap.FixedDate, "2023-09-30", 9, 30)]
    public void Expiry_PublishedExample_EndsOnThePublishedDay(string edge, string bought, int months, ExpirySnap snap, string last, int fixedMonth = 0, int fixedDay = 0)
    {
        var calendar = Calendar.Of("Europe/Berlin");
        var noon = DateTime.SpecifyKind(DateTime.Parse(bought).AddHours(12), DateTimeKind.Utc);

        var term = new LotRule(0, new Expiry(months, 0, snap, fixedMonth, fixedDay)).TermOf(noon, calendar);

        Assert.True(last == $"{calendar.DayOf(term.ExpireTime!.Value.AddTicks(-1)):yyyy-MM-dd}", edge);
        Assert.Equal(calendar.StartOf(DateOnly.Parse(last).AddDays(1)), term.ExpireTime);
    }

    [Fact]
    public void Pending_Edge16Accessorize_ClearsOn2March()
    {
        var shop = new Shop("Europe/London", new Rate(4, Of("GBP", 1))) { Lots = new LotRule(30, null) };
        var counter = new Counter(shop, new DateTime(2027, 1, 31, 12, 0, 0, DateTimeKind.Utc));
        counter.Do("25");

        Assert.Equal((0, 100), counter.HeldAt(new DateTime(2027, 3, 2, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(-1)));
        Assert.Equal((100, 0), counter.HeldAt(new DateTime(2027, 3, 2, 0, 0, 0, DateTimeKind.Utc)));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Purchases_PublishedExample_GiveThePublishedPoints(string edge, string shop, string day, string steps, string expected)
    {
        var counter = new Counter(_shops[shop], DateTime.SpecifyKind(DateTime.Parse(day).AddHours(17), DateTimeKind.Utc));

        Assert.True(expected == string.Join(", ", steps.Split(", ").Select(counter.Do)), edge);
    }

    /// <summary>A balance of 10 falls to -50 by a return of 60, and rises to 30 by the next 80.</summary>
    [Fact]
    public void Debt_Edge18Amex_IsPaidByTheNextPurchase()
    {
        var now = new DateTime(2026, 3, 3, 12, 0, 0, DateTimeKind.Utc);
        var counter = new Counter(_shops["Amex"], now);
        counter.Do("60");
        counter.Spend(60);
        counter.Do("10");
        counter.Do("back of the first");
        Assert.Equal((0, 0, 50), counter.AllHeldAt(now));

        counter.Do("80");

        Assert.Equal((30, 0, 0), counter.AllHeldAt(now));
    }

    private static Money Of(string currency, long units) => new(currency, units * 1_000_000);

    private static CampaignRule Campaign(CampaignEffect effect, long amount, params string[] categories) =>
        new(_published, _end, CampaignFilter.All with { Categories = categories }, effect, amount, null, [], "", [], false, null, 0);

    /// <summary>A brand's rules.</summary>
    private sealed record Shop(string Zone, Rate Rate)
    {
        public LotRule Lots { get; init; } = LotRule.None;

        public Cap[] Caps { get; init; } = [];

        public CampaignRule[] Campaigns { get; init; } = [];
    }

    /// <summary>Ada at a shop whose rules hold since long.</summary>
    private sealed class Counter
    {
        private readonly MemoryJournal _journal = new(new MemoryStore());
        private readonly Shop _shop;
        private readonly DateTime _now;
        private string _last = "";
        private int _id;

        public Counter(Shop shop, DateTime now)
        {
            (_shop, _now) = (shop, now);
            _journal.Commit(
                Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery) with { TimeZone = shop.Zone },
                new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
                new Pool(Given.Family, Given.Stars, _published), Given.Participant(Given.AdaInStars));
            Run(new PublishAgreement(Next(), Given.Beanery, Given.Stars, new Terms([shop.Rate], Rounding.Down, [], 0)) { FromTime = _published, MayBePast = true });
            Run(new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(shop.Lots, shop.Caps)) { FromTime = _published, MayBePast = true });
            for (var i = 0; i < shop.Campaigns.Length; i++)
            {
                Run(new PublishCampaign(Next(), Given.Stars, $"campaign-{i}", shop.Campaigns[i]) { MayBePast = true });
            }
        }

        /// <summary>Does one step, and tells the points that it gives, or takes as a negative number.</summary>
        public string Do(string step)
        {
            if (step.StartsWith("back", StringComparison.Ordinal))
            {
                var isOfFirst = step.EndsWith("first", StringComparison.Ordinal);
                Money? amount = isOfFirst ? null : Amount(step[4..]);
                var reversed = (PurchaseReversed)Run(new ReversePurchase(Next(), Given.Beanery, isOfFirst ? "first" : _last, amount));
                return $"-{reversed.TakenPoints}";
            }

            var parts = step.Split('(', ')');
            var total = Amount(parts[0]);
            _last = _last.Length == 0 ? "first" : $"R-{_id}";
            var made = (PurchaseRecorded)Run(new RecordPurchase(Next(), Given.Beanery, _last, "S-1", total, _now)
            {
                Details = parts.Length > 1 ? new PurchaseDetails([new PurchaseLine("", parts[1], 1000, total.Micros)], "", "", SalesChannel.Store, 0) : null,
            });
            return $"{made.GivenPoints}";
        }

        /// <summary>Moves points out of reach.</summary>
        public void Spend(long points) => Run(new ContributePoints(Next(), Given.Ada, Given.Family, points));

        public (long Available, long Pending) HeldAt(DateTime time) => (AllHeldAt(time).Available, AllHeldAt(time).Pending);

        public (long Available, long Pending, long Owed) AllHeldAt(DateTime time)
        {
            var found = _journal.HoldingsAt(Given.Stars, Given.AdaInStars, time);
            return (found.AvailablePoints, found.PendingPoints, found.OwedPoints);
        }

        private Money Amount(string text) => new(_shop.Rate.Spend.CurrencyCode, (long)(decimal.Parse(text) * 1_000_000));

        private Event Run(Command command)
        {
            var answer = _journal.Run([command], _now)[0];
            Assert.Null(answer.Refusal);
            return answer.Event!;
        }

        private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(_id)));
    }
}
