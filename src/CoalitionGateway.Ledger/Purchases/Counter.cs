using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Purchases;

/// <summary>How much of a rule's caps a membership has used in a period, by the day of the purchase.</summary>
/// <param name="Rule">The campaign's id; empty for the programme's terms.</param>
/// <param name="Period">The day, month or year, as 2026-11-29, 2026-11 or 2026; empty for all time.</param>
/// <param name="Points">The points that the rule gave.</param>
/// <param name="Count">The purchases to which the rule applied.</param>
public sealed record Counter(MembershipId MembershipId, string Rule, string Period, long Points, long Count) : Row
{
    public override Key Primary => new Of(MembershipId, Rule, Period);

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    /// <summary>
    /// The time of the latest purchase that counted towards a tier, also if it was returned since. Null if none counted, or for
    /// a counter of another rule.
    /// </summary>
    public DateTime? LatestTime { get; init; }

    /// <summary>The counter once something is added.</summary>
    /// <exception cref="InvalidOperationException">A rule is wrong: more is given back than was counted.</exception>
    public Counter Plus(Counted counted) => (Points + counted.Points, Count + counted.Count) is (>= 0, >= 0) and var (points, count)
        ? this with { Points = points, Count = count, LatestTime = Later(LatestTime, counted.Time) }
        : throw new InvalidOperationException($"Counter {Rule} of {Period} at {Points} cannot take {counted.Points}.");

    /// <summary>The later of two times; null if there is none.</summary>
    public static DateTime? Later(DateTime? one, DateTime? other) => one > other || other is null ? one : other;

    public static Counter Find(WorkingState rows, MembershipId membership, string rule, string period) =>
        rows.Find(new Of(membership, rule, period)) ?? new Counter(membership, rule, period, 0, 0);

    public sealed record Of(MembershipId MembershipId, string Rule, string Period) : Key<Counter>;

    /// <summary>All counters of a membership.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<Counter>;
}

/// <summary>What a purchase adds to a counter.</summary>
public sealed record Counted(string Rule, string Period, long Points, long Count)
{
    /// <summary>The time of the purchase, if it counts towards a tier; otherwise null.</summary>
    public DateTime? Time { get; init; }

    /// <summary>Adds it to the membership's counter.</summary>
    public void Apply(WorkingState rows, MembershipId membership) => rows.Put(Counter.Find(rows, membership, Rule, Period).Plus(this));

    internal static void Encode(CanonicalWriter writer, Counted counted) =>
        writer.Text(counted.Rule).Text(counted.Period).Number(counted.Points).Number(counted.Count).OptionalTime(counted.Time);

    internal static Counted Decode(CanonicalReader reader) =>
        new(reader.Text(), reader.Text(), reader.Number(), reader.Number()) { Time = reader.OptionalTime() };
}

/// <summary>What a membership used of a rule's caps in a period.</summary>
public readonly record struct CounterOf(MembershipId MembershipId, string Rule, string Period)
{
    internal void Encode(CanonicalWriter writer) => writer.Uuid(MembershipId.Value).Text(Rule).Text(Period);

    internal static CounterOf Decode(CanonicalReader reader) => new(new MembershipId(reader.Uuid()), reader.Text(), reader.Text());
}
