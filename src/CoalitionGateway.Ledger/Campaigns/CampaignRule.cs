using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>How a campaign computes its points. The numbers match the contract's.</summary>
public enum CampaignEffect
{
    /// <summary>A percentage of the points that the agreement's rate gives: 100 doubles them.</summary>
    Percent = 1,

    /// <summary>A fixed number of points for a purchase.</summary>
    Fixed = 2,

    /// <summary>Points for each whole unit of the lines that the campaign is about.</summary>
    PerUnit = 3,

    /// <summary>Points for each whole amount of the campaign's spend.</summary>
    PerSpend = 4,

    /// <summary>The points of the highest band that the amount reaches.</summary>
    Bands = 5,
}

/// <summary>From an amount on, so many points.</summary>
public sealed record Band(long FromMicros, long Points);

/// <summary>A campaign: which purchases get more points, how many, and how much in all.</summary>
/// <param name="FromTime">Purchases from this time on count.</param>
/// <param name="UntilTime">Purchases before this time count.</param>
/// <param name="Filter">The purchases that count.</param>
/// <param name="Effect">How the points are computed.</param>
/// <param name="Amount">The percentage or the points: see <see cref="CampaignEffect"/>. 0 with bands.</param>
/// <param name="Spend">The amount for which <see cref="CampaignEffect.PerSpend"/> gives points, and the currency of bands.</param>
/// <param name="Bands">In rising order.</param>
/// <param name="Group">Of the campaigns of one group only the one that gives most applies. Empty: applies beside all others.</param>
/// <param name="Caps">The most that the campaign gives one member.</param>
/// <param name="IsKeptOnReturn">Whether the member keeps the points if the purchase is returned.</param>
/// <param name="PayerId">The brand that pays the budget. Null: without a budget, each brand pays for its own purchases.</param>
/// <param name="BudgetPoints">The most that the campaign gives in all. 0: no limit.</param>
public sealed record CampaignRule(
    DateTime FromTime, DateTime UntilTime, CampaignFilter Filter, CampaignEffect Effect, long Amount, Money? Spend, IReadOnlyList<Band> Bands,
    string Group, IReadOnlyList<Cap> Caps, bool IsKeptOnReturn, PartnerId? PayerId, long BudgetPoints)
{
    /// <summary>
    /// Until when a member can activate the campaign. Purchases before the activation then count too. Null: it applies to every
    /// member without that.
    /// </summary>
    public DateTime? ActivateUntilTime { get; init; }

    /// <summary>The rules as a row stores them.</summary>
    public byte[] ToBytes() => Encode(new CanonicalWriter()).ToArray();

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no rules.</exception>
    public static CampaignRule Of(byte[] bytes) => new CanonicalReader(bytes).Whole(Decode);

    internal CanonicalWriter Encode(CanonicalWriter writer)
    {
        Filter.Encode(writer.Time(FromTime).Time(UntilTime)).Number((int)Effect).Number(Amount).Optional(Spend, Money.Encode);
        return writer.List(Bands, static (w, band) => w.Number(band.FromMicros).Number(band.Points))
            .Text(Group).List(Caps, Cap.Encode).Flag(IsKeptOnReturn).OptionalText(PayerId?.Value).Number(BudgetPoints)
            .OptionalTime(ActivateUntilTime);
    }

    internal static CampaignRule Decode(CanonicalReader reader)
    {
        var (from, until, filter, effect, amount) = (reader.Time(), reader.Time(), CampaignFilter.Decode(reader), reader.Value<CampaignEffect>(), reader.Number());
        return new CampaignRule(
            from, until, filter, effect, amount, reader.OptionalValue(Money.Decode),
            reader.List(static r => new Band(r.Number(), r.Number())), reader.Text(), reader.List(Cap.Decode), reader.Flag(),
            reader.OptionalText() is { } payer ? new PartnerId(payer) : null, reader.Number())
        {
            ActivateUntilTime = reader.OptionalTime(),
        };
    }
}
