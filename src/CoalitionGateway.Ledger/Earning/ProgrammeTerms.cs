using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>The rules of a programme for all its points.</summary>
/// <param name="Caps">The most that purchases give one member, over all rules.</param>
public sealed record ProgrammeRules(LotRule Lots, IReadOnlyList<Cap> Caps)
{
    /// <summary>The tiers; null: there are none.</summary>
    public TierRule? Tiers { get; init; }

    /// <summary>The activities for which brands give points.</summary>
    public IReadOnlyList<ActivityRule> Activities { get; init; } = [];

    /// <summary>What a referral gives; null: nothing.</summary>
    public ReferralRule? Referral { get; init; }

    /// <summary>When the points of a member who does nothing expire; null: never.</summary>
    public InactivityRule? Inactivity { get; init; }

    /// <summary>So many days before points expire or a tier ends, the member is reminded. 0: not at all.</summary>
    public long ReminderDays { get; init; }

    /// <summary>How points are spent at a till; null: they cannot be.</summary>
    public SpendingRule? Spending { get; init; }

    /// <summary>Whether there is a tier in which no points expire.</summary>
    public bool PausesExpiry => Tiers?.Levels.Any(level => level.PausesExpiry) == true;

    /// <summary>Whether the rules need lots or due times: see <see cref="LotKeeping"/>.</summary>
    public bool KeepsLots => Lots != LotRule.None || Inactivity is not null || ReminderDays > 0 || PausesExpiry || Spending is not null;

    /// <summary>Points never expire, are never pending and have no cap.</summary>
    public static readonly ProgrammeRules None = new(LotRule.None, []);

    /// <summary>The rules as a row stores them.</summary>
    public byte[] ToBytes() => Encode(new CanonicalWriter()).ToArray();

    /// <summary>Reads the bytes that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no rules.</exception>
    public static ProgrammeRules Of(byte[] bytes) => new CanonicalReader(bytes).Whole(Decode);

    internal CanonicalWriter Encode(CanonicalWriter writer)
    {
        Lots.Encode(writer);
        TierRule.Encode(writer.List(Caps, Cap.Encode), Tiers);
        ReferralRule.Encode(writer.List(Activities, ActivityRule.Encode), Referral);
        InactivityRule.Encode(writer, Inactivity);
        SpendingRule.Encode(writer.Number(ReminderDays), Spending);
        return writer;
    }

    internal static ProgrammeRules Decode(CanonicalReader reader) => new(LotRule.Decode(reader), reader.List(Cap.Decode))
    {
        Tiers = TierRule.Decode(reader), Activities = reader.List(ActivityRule.Decode), Referral = ReferralRule.Decode(reader),
        Inactivity = InactivityRule.Decode(reader), ReminderDays = reader.Number(), Spending = SpendingRule.Decode(reader),
    };

    /// <summary>When the points of a purchase can be used. In some tiers points never expire.</summary>
    internal Term TermOf(PurchaseFacts facts) => TermOf(facts.Time, facts.Calendar, facts.Tier).NotBefore(facts.PausedUntil);

    /// <summary>The term of points that are earned at a time in a tier; null: without a tier.</summary>
    internal Term TermOf(DateTime time, Calendar calendar, TierLevel? tier)
    {
        var term = Lots.TermOf(time, calendar);
        return tier is { KeepsPoints: true } ? term with { ExpireTime = null } : term;
    }
}

/// <summary>
/// One version of a programme's terms. A published version never changes. It holds for purchases from
/// <paramref name="FromTime"/> on, until a later version holds. Points that were earned before keep their terms.
/// </summary>
public sealed record ProgrammeTerms(ProgrammeId ProgrammeId, long Version, DateTime FromTime, ProgrammeRules Rules, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId, Version);

    public override IEnumerable<Key> Sets => [new ByProgramme(ProgrammeId)];

    /// <summary>The version that holds at a time; null if none does.</summary>
    public static ProgrammeTerms? At(IReadOnlyList<ProgrammeTerms> versions, DateTime time) =>
        versions.Count == 0 ? null : versions.Where(version => version.FromTime <= time).MaxBy(version => (version.FromTime, version.Version));

    /// <summary>The rules of a programme at a time; <see cref="ProgrammeRules.None"/> without terms.</summary>
    public static ProgrammeRules RulesAt(WorkingState rows, ProgrammeId programme, DateTime time) =>
        At(rows.FindAll(new ByProgramme(programme)), time)?.Rules ?? ProgrammeRules.None;

    public sealed record Of(ProgrammeId ProgrammeId, long Version) : Key<ProgrammeTerms>;

    public sealed record ByProgramme(ProgrammeId ProgrammeId) : SetKey<ProgrammeTerms>;
}
