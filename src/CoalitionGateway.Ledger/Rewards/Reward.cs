using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A reward's name in a language.</summary>
/// <param name="Language">en, sv, nb, pl or lv.</param>
public sealed record RewardText(string Language, string Name);

/// <summary>What a reward is, what it costs, and who gets it.</summary>
/// <param name="Texts">One for each language, in the order of the languages.</param>
/// <param name="Value">What the reward is worth; null: not said.</param>
/// <param name="StockCount">How many there are in all. 0: no limit.</param>
/// <param name="MaxPerMember">How many one member can claim. 0: no limit.</param>
/// <param name="VoucherDays">The voucher can be used until the end of so many days after the claim, in the programme's time zone.
/// 1 to 3650.</param>
/// <param name="TierIds">The tiers whose members can claim it. Empty: all members can.</param>
/// <param name="Partners">The brands that honour its vouchers. Empty: the programme's own brand.</param>
public sealed record RewardRule(
    long PricePoints, IReadOnlyList<RewardText> Texts, Money? Value, DateTime FromTime, DateTime UntilTime, long StockCount,
    long MaxPerMember, long VoucherDays,
    IReadOnlyList<string> TierIds, IReadOnlyList<PartnerId> Partners)
{
    /// <summary>Where its vouchers can be used, in the order of the numbers. Empty: everywhere.</summary>
    public IReadOnlyList<SalesChannel> Channels { get; init; } = [];

    /// <summary>
    /// The first use of a voucher begins a time of so many days in which the brand gives the reward again and again. 0: a
    /// voucher is used once.
    /// </summary>
    public long EntitlementDays { get; init; }

    /// <summary>Whether the brand may give a used voucher back, for example because the goods were returned.</summary>
    public bool IsReturnable { get; init; }

    /// <summary>When the gateway turns points into vouchers by itself; null: members claim the reward.</summary>
    public Payout? Payout { get; init; }

    /// <summary>
    /// What the member pays in money beside the points, when a brand takes the voucher for the first time; null: nothing.
    /// </summary>
    public Money? PriceMoney { get; init; }

    /// <summary>The rule as a row stores it.</summary>
    public byte[] ToBytes() => Encode(new CanonicalWriter()).ToArray();

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no rule.</exception>
    public static RewardRule Of(byte[] bytes) => new CanonicalReader(bytes).Whole(Decode);

    internal CanonicalWriter Encode(CanonicalWriter writer)
    {
        writer.Number(PricePoints).List(Texts, static (w, text) => w.Text(text.Language).Text(text.Name)).Flag(Value is not null);
        Value?.Encode(writer);
        writer.Time(FromTime).Time(UntilTime).Number(StockCount).Number(MaxPerMember).Number(VoucherDays).Texts(TierIds)
            .List(Partners, static (w, id) => w.Text(id.Value)).List(Channels, static (w, channel) => w.Number((int)channel))
                .Number(EntitlementDays).Flag(IsReturnable);
        Payout.Encode(writer, Payout);
        return Money.EncodeOptional(writer, PriceMoney);
    }

    internal static RewardRule Decode(CanonicalReader reader) => new(
        reader.Number(), reader.List(static r => new RewardText(r.Text(), r.Text())), reader.Flag() ? Money.Decode(reader) : null,
        reader.Time(), reader.Time(),
        reader.Number(), reader.Number(), reader.Number(), reader.List(static r => r.Text()),
        reader.List(static r => new PartnerId(r.Text())))
    {
        Channels = reader.List(static r => r.Value<SalesChannel>()), EntitlementDays = reader.Number(), IsReturnable = reader.Flag(),
        Payout = Payout.Decode(reader),
        PriceMoney = Money.DecodeOptional(reader),
    };
}

/// <summary>One version of a reward of a programme's catalogue. A published version never changes; the latest one holds.</summary>
/// <param name="Id">The id that the operator chose, unique in the programme.</param>
public sealed record Reward(ProgrammeId ProgrammeId, string Id, long Version, RewardRule Rule, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId, Id, Version);

    public override IEnumerable<Key> Sets => [new Versions(ProgrammeId, Id), new ByProgramme(ProgrammeId)];

    public override bool IsInsertOnly => true;

    /// <summary>The rule of the counter of a member's claims. The counter's points are the points that they cost.</summary>
    public string ClaimsRule => ClaimsRuleOf(Id);

    public static string ClaimsRuleOf(string id) => $"/reward/{id}";

    /// <summary>The rule of the counter of a member's payouts. Its period is the day.</summary>
    public static string PayoutRuleOf(string group) => $"/payout/{group}";

    /// <summary>The group of which a member gets one payout a day.</summary>
    public string PayoutGroup => Rule.Payout is { Group: { Length: > 0 } group } ? $"group/{group}" : Id;

    /// <summary>The latest version of a reward; null if there is none.</summary>
    public static Reward? Latest(WorkingState rows, ProgrammeId programme, string id) =>
        rows.FindAll(new Versions(programme, id)).MaxBy(version => version.Version);

    /// <summary>The latest version of each reward, in the order of the ids.</summary>
    public static IReadOnlyList<Reward> Latest(IEnumerable<Reward> versions) =>
        [.. versions.GroupBy(version => version.Id, StringComparer.Ordinal).Select(all => all.MaxBy(version => version.Version)!)
            .OrderBy(reward => reward.Id, StringComparer.Ordinal)];

    /// <summary>
    /// The rewards of which a group turns points into vouchers on a day, in their latest versions. The group of a reward is the one in
    /// which the day began, or that of its first version: who changes it on a payout day does not let a member be paid by two groups.
    /// </summary>
    /// <param name="versions">All versions of the programme's rewards.</param>
    public static IEnumerable<Reward> PaidOutOn(IEnumerable<Reward> versions, string group, DateOnly day, Calendar calendar)
    {
        var start = calendar.StartOf(day);
        foreach (var reward in versions.GroupBy(version => version.Id, StringComparer.Ordinal))
        {
            var latest = reward.MaxBy(version => version.Version)!;
            var before = reward.Where(version => version.PublishTime <= start).MaxBy(version => version.Version)
                ?? reward.MinBy(version => version.Version)!;
            if (before.PayoutGroup == group && latest.IsPaidOutOn(day, calendar))
            {
                yield return latest;
            }
        }
    }

    /// <summary>Whether the reward can be claimed at a time.</summary>
    public bool Runs(DateTime now) => Rule.FromTime <= now && now < Rule.UntilTime;

    /// <summary>The points for which a member gets it.</summary>
    public long NeededPoints => Rule.Payout?.LeastAt(Rule.PricePoints) ?? Rule.PricePoints;

    /// <summary>Whether the gateway turns points into vouchers of it on a day: one of its days that begins while the reward runs.</summary>
    public bool IsPaidOutOn(DateOnly day, Calendar calendar) => Rule.Payout?.IsOn(day) == true && Runs(calendar.StartOf(day));

    /// <summary>The first day from a day on, on which the gateway turns points into vouchers of it; null: there is none.</summary>
    public DateOnly? NextPayout(DateOnly day, Calendar calendar)
    {
        for (; Rule.Payout is { } payout && calendar.StartOf(day) < Rule.UntilTime; day = payout.NextAfter(day))
        {
            if (IsPaidOutOn(day, calendar))
            {
                return day;
            }
        }

        return null;
    }

    /// <summary>Whether members of a tier can claim the reward; null: members without a tier.</summary>
    public bool IsFor(string? tierId) => Rule.TierIds.Count == 0 || (tierId is not null && Rule.TierIds.Contains(tierId));

    /// <summary>Whether members of a tier can claim the reward now, apart from stock and limits.</summary>
    public bool IsClaimable(string? tierId, DateTime now) => Runs(now) && IsFor(tierId) && Rule.Payout is null;

    /// <summary>Whether a brand honours the reward's vouchers.</summary>
    /// <param name="owner">The programme's own brand.</param>
    public bool IsHonouredBy(PartnerId partner, PartnerId owner) =>
        Rule.Partners.Count == 0 ? partner == owner : Rule.Partners.Contains(partner);

    public sealed record Of(ProgrammeId ProgrammeId, string Id, long Version) : Key<Reward>;

    /// <summary>All versions of a reward.</summary>
    public sealed record Versions(ProgrammeId ProgrammeId, string Id) : SetKey<Reward>;

    /// <summary>All versions of all rewards of a programme.</summary>
    public sealed record ByProgramme(ProgrammeId ProgrammeId) : SetKey<Reward>;
}

/// <summary>How many of a reward have been claimed.</summary>
public sealed record RewardStock(ProgrammeId ProgrammeId, string RewardId, long ClaimedCount) : Row
{
    public override Key Primary => new Of(ProgrammeId, RewardId);

    public static RewardStock Find(WorkingState rows, ProgrammeId programme, string reward) =>
        rows.Find(new Of(programme, reward)) ?? new RewardStock(programme, reward, 0);

    /// <summary>Counts more.</summary>
    internal static void Add(WorkingState rows, ProgrammeId programme, string reward, long count)
    {
        var stock = Find(rows, programme, reward);
        rows.Put(stock with { ClaimedCount = stock.ClaimedCount + count });
    }

    public sealed record Of(ProgrammeId ProgrammeId, string RewardId) : Key<RewardStock>;
}
