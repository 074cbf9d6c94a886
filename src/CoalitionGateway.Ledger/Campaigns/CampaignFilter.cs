using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>The purchases that count for a campaign. An empty list admits all.</summary>
/// <param name="Brands">The brands where they are made.</param>
/// <param name="Categories">The categories of lines. A purchase without such a line, of 0 or more, does not count.</param>
/// <param name="Channels">Where they are made.</param>
/// <param name="Weekdays">The days of the week, in the programme's time zone.</param>
/// <param name="FromMinute">Minute of the day from which they count, in the programme's time zone: 0 to 1439.</param>
/// <param name="UntilMinute">Minute of the day until which they count. Not above <paramref name="FromMinute"/>: over midnight. 0 and 0: all day.</param>
/// <param name="Minimum">A purchase in this currency of less does not count. Null: any amount.</param>
/// <param name="Nth">Only a member's nth counting purchase gets points: 1 is the first. 0: each.</param>
/// <param name="EveryNth">Only each nth counting purchase of a member gets points, as on a card of stamps. 0: each.</param>
public sealed record CampaignFilter(
    IReadOnlyList<PartnerId> Brands, IReadOnlyList<string> Categories, IReadOnlyList<SalesChannel> Channels, IReadOnlyList<DayOfWeek> Weekdays,
    long FromMinute, long UntilMinute, Money? Minimum, long Nth, long EveryNth)
{
    /// <summary>Admits every purchase.</summary>
    public static readonly CampaignFilter All = new([], [], [], [], 0, 0, null, 0, 0);

    /// <summary>Only purchases in these tiers count. Empty: all count, with and without a tier.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary>The shops, by the brand's own names. Empty: all, also purchases without a shop.</summary>
    public IReadOnlyList<string> Shops { get; init; } = [];

    /// <summary>Whether one line of the categories lets the whole purchase count. Otherwise only the lines of the categories count.</summary>
    public bool CountsWholePurchase { get; init; }

    /// <summary>The period in which purchases are numbered anew, by the day of the purchase.</summary>
    public CapPeriod NumberPeriod { get; init; } = CapPeriod.Ever;

    /// <summary>
    /// The days within which a member must have bought at every one of <see cref="Brands"/>, this purchase included. 0: there is
    /// no such condition.
    /// </summary>
    public long TogetherDays { get; init; }

    /// <summary>Whether a member's counting purchases must be counted.</summary>
    public bool Counts => Nth > 0 || EveryNth > 0;

    /// <summary>Whether a purchase counts, apart from its number.</summary>
    public bool Admits(PurchaseFacts facts) =>
        (Brands.Count == 0 || Brands.Contains(facts.PartnerId))
        && (Categories.Count == 0 || HasLine(facts.Lines))
        && (Shops.Count == 0 || Shops.Contains(facts.Shop))
        && (Channels.Count == 0 || Channels.Contains(facts.Channel))
        && (Tiers.Count == 0 || (facts.Tier is { } tier && Tiers.Contains(tier.Id)))
        && (Weekdays.Count == 0 || Weekdays.Contains(facts.Calendar.DayOf(facts.Time).DayOfWeek))
        && ((FromMinute == 0 && UntilMinute == 0) || IsInHours(facts.Calendar.MinuteOf(facts.Time)))
        && (Minimum is not { } least || (facts.Amount.CurrencyCode == least.CurrencyCode && facts.Amount.Micros >= least.Micros));

    /// <summary>Whether the whole amount of a purchase counts.</summary>
    public bool IsOfWholePurchase => Categories.Count == 0 || CountsWholePurchase;

    /// <summary>The lines that count, if only lines of the categories do; null: the whole purchase counts.</summary>
    public IReadOnlyList<PurchaseLine>? LinesOf(PurchaseFacts facts) =>
        IsOfWholePurchase ? null : [.. facts.Lines.Where(line => Categories.Contains(line.Category))];

    /// <summary>The name of a day's period in the counter of purchases.</summary>
    public string NumberPeriodOf(DateOnly day) => Cap.NameOf(NumberPeriod, day)!;

    /// <summary>Whether a member's counting purchase gets points: it is the nth, or the first one since then.</summary>
    /// <param name="number">The number of the purchase.</param>
    /// <param name="awarded">The number of the last purchase that got points; 0: none did.</param>
    public bool AdmitsNumber(long number, long awarded) => Nth > 0 ? number >= Nth && awarded < Nth : number / EveryNth > awarded / EveryNth;

    internal CanonicalWriter Encode(CanonicalWriter writer) => writer
        .List(Brands, static (w, id) => w.Text(id.Value)).Texts(Categories)
        .List(Channels, static (w, channel) => w.Number((int)channel)).List(Weekdays, static (w, day) => w.Number((int)day))
        .Number(FromMinute).Number(UntilMinute).Optional(Minimum, Money.Encode).Number(Nth).Number(EveryNth).Texts(Tiers)
        .Texts(Shops).Flag(CountsWholePurchase).Number((int)NumberPeriod).Number(TogetherDays);

    internal static CampaignFilter Decode(CanonicalReader reader)
    {
        var (brands, categories) = (reader.List(static r => new PartnerId(r.Text())), reader.Texts());
        var (channels, weekdays) = (reader.List(static r => r.Value<SalesChannel>()), reader.List(static r => r.Value<DayOfWeek>()));
        var (from, until) = (reader.Number(), reader.Number());
        return new CampaignFilter(brands, categories, channels, weekdays, from, until, reader.OptionalValue(Money.Decode), reader.Number(), reader.Number())
        {
            Tiers = reader.Texts(), Shops = reader.Texts(), CountsWholePurchase = reader.Flag(), NumberPeriod = reader.Value<CapPeriod>(),
            TogetherDays = reader.Number(),
        };
    }

    private bool HasLine(IReadOnlyList<PurchaseLine> lines)
    {
        foreach (var line in lines)
        {
            // A discount or a returned article is no purchase of its category.
            if (line.AmountMicros >= 0 && Categories.Contains(line.Category))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInHours(int minute) => FromMinute < UntilMinute
        ? minute >= FromMinute && minute < UntilMinute
        : minute >= FromMinute || minute < UntilMinute;
}
