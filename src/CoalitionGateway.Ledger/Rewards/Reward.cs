using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A reward's name in a language.</summary>
/// <param name="Language">en, sv, nb, pl or lv.</param>
public sealed record RewardText(string Language, string Name);

/// <summary>What a reward is, what it costs, and who gets it.</summary>
/// <param name="Texts">One for each language, in the order of the languages.</param>
/// <param name="Value">What the reward is worth; null: not said.</param>
/// <param name="StockCount">How many there are in all. 0: no limit.</param>
/// <param name="MaxPerMember">How many one member can claim. 0: no limit.</param>
/// <param name="VoucherDays">The voucher can be used until the end of so many days after the claim, in the programme's time zone. 1 to 3650.</param>
/// <param name="TierIds">The tiers whose members can claim it. Empty: all members can.</param>
/// <param name="Partners">The brands that honour its vouchers. Empty: the programme's own brand.</param>
public sealed record RewardRule(
    long PricePoints, IReadOnlyList<RewardText> Texts, Money? Value, DateTime FromTime, DateTime UntilTime, long StockCount, long MaxPerMember, long VoucherDays,
    IReadOnlyList<string> TierIds, IReadOnlyList<PartnerId> Partners)
{
    /// <summary>The rule as a row stores it.</summary>
    public byte[] ToBytes() => Encode(new CanonicalWriter()).ToArray();

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no rule.</exception>
    public static RewardRule Of(byte[] bytes) => new CanonicalReader(bytes).Whole(Decode);

    internal CanonicalWriter Encode(CanonicalWriter writer)
    {
        writer.Number(PricePoints).List(Texts, static (w, text) => w.Text(text.Language).Text(text.Name)).Flag(Value is not null);
        Value?.Encode(writer);
        return writer.Time(FromTime).Time(UntilTime).Number(StockCount).Number(MaxPerMember).Number(VoucherDays).Texts(TierIds)
            .List(Partners, static (w, id) => w.Text(id.Value));
    }

    internal static RewardRule Decode(CanonicalReader reader) => new(
        reader.Number(), reader.List(static r => new RewardText(r.Text(), r.Text())), reader.Flag() ? Money.Decode(reader) : null, reader.Time(), reader.Time(),
        reader.Number(), reader.Number(), reader.Number(), reader.List(static r => r.Text()), reader.List(static r => new PartnerId(r.Text())));
}

/// <summary>One version of a reward of a programme's catalogue. A published version never changes; the latest one holds.</summary>
/// <param name="Id">The id that the operator chose, unique in the programme.</param>
public sealed record Reward(ProgrammeId ProgrammeId, string Id, long Version, RewardRule Rule, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId, Id, Version);

    public override IEnumerable<Key> Sets => [new Versions(ProgrammeId, Id)];

    public override bool IsInsertOnly => true;

    /// <summary>The rule of the counter of a member's claims. The counter's points are the points that they cost.</summary>
    public string ClaimsRule => ClaimsRuleOf(Id);

    public static string ClaimsRuleOf(string id) => $"/reward/{id}";

    /// <summary>The latest version of a reward; null if there is none.</summary>
    public static Reward? Latest(WorkingState rows, ProgrammeId programme, string id) => rows.FindAll(new Versions(programme, id)).MaxBy(version => version.Version);

    /// <summary>The latest version of each reward, in the order of the ids.</summary>
    public static IReadOnlyList<Reward> Latest(IEnumerable<Reward> versions) =>
        [.. versions.GroupBy(version => version.Id, StringComparer.Ordinal).Select(all => all.MaxBy(version => version.Version)!).OrderBy(reward => reward.Id, StringComparer.Ordinal)];

    /// <summary>Whether the reward can be claimed at a time.</summary>
    public bool Runs(DateTime now) => Rule.FromTime <= now && now < Rule.UntilTime;

    /// <summary>Whether members of a tier can claim the reward; null: members without a tier.</summary>
    public bool IsFor(string? tierId) => Rule.TierIds.Count == 0 || (tierId is not null && Rule.TierIds.Contains(tierId));

    /// <summary>Whether a brand honours the reward's vouchers.</summary>
    /// <param name="owner">The programme's own brand.</param>
    public bool IsHonouredBy(PartnerId partner, PartnerId owner) => Rule.Partners.Count == 0 ? partner == owner : Rule.Partners.Contains(partner);

    public sealed record Of(ProgrammeId ProgrammeId, string Id, long Version) : Key<Reward>;

    /// <summary>All versions of a reward.</summary>
    public sealed record Versions(ProgrammeId ProgrammeId, string Id) : SetKey<Reward>;
}

/// <summary>How many of a reward have been claimed.</summary>
public sealed record RewardStock(ProgrammeId ProgrammeId, string RewardId, long ClaimedCount) : Row
{
    public override Key Primary => new Of(ProgrammeId, RewardId);

    public static RewardStock Find(WorkingState rows, ProgrammeId programme, string reward) => rows.Find(new Of(programme, reward)) ?? new RewardStock(programme, reward, 0);

    public sealed record Of(ProgrammeId ProgrammeId, string RewardId) : Key<RewardStock>;
}
