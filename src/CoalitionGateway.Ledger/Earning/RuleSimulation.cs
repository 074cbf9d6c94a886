namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// What a rule that is not published would have given for purchases of the past. The same purchases are replayed twice,
/// under the published rules and with the rule that is tried, both from unused caps and budgets. So each difference comes
/// from the rule.
/// </summary>
public sealed class RuleSimulation(RuleBook published, RuleBook tried)
{
    private readonly RuleReplay _published = new(published);
    private readonly RuleReplay _tried = new(tried);
    private readonly Dictionary<MembershipId, long> _differences = [];
    private readonly Dictionary<string, Compared> _categories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Compared> _tiers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Compared> _brands = new(StringComparer.Ordinal);
    private Compared _all;

    /// <summary>All purchases so far.</summary>
    public Compared All => _all;

    /// <summary>The points that the purchases gave when they were recorded.</summary>
    public long RecordedPoints { get; private set; }

    public IReadOnlyDictionary<string, Compared> Brands => _brands;

    /// <summary>By product category. The points of a purchase are split in proportion to its lines; empty: no category.</summary>
    public IReadOnlyDictionary<string, Compared> Categories => _categories;

    /// <summary>By the tier in which purchases earned under each of the two rules; empty: no tier.</summary>
    public IReadOnlyDictionary<string, Compared> Tiers => _tiers;

    /// <summary>The budgets under the rules with the rule that is tried.</summary>
    public IReadOnlyList<(string CampaignId, long LeftPoints, DateTime? SpentTime)> Budgets => _tried.Budgets;

    public long Members => _differences.Count;

    public long MembersGaining => _differences.Values.LongCount(points => points > 0);

    public long MembersLosing => _differences.Values.LongCount(points => points < 0);

    /// <summary>The next purchases under the published rules, in the order of their times.</summary>
    public IReadOnlyList<Replayed> Published(IReadOnlyList<PurchaseRecorded> purchases) => Replay(_published, purchases);

    /// <summary>The same purchases with the rule that is tried. Another thread may call it at the same time.</summary>
    public IReadOnlyList<Replayed> Tried(IReadOnlyList<PurchaseRecorded> purchases) => Replay(_tried, purchases);

    /// <summary>Adds purchases with what they give under both rules.</summary>
    public void Add(IReadOnlyList<PurchaseRecorded> purchases, IReadOnlyList<Replayed> published, IReadOnlyList<Replayed> tried)
    {
        for (var i = 0; i < purchases.Count; i++)
        {
            Add(purchases[i], published[i], tried[i]);
        }
    }

    private static Replayed[] Replay(RuleReplay replay, IReadOnlyList<PurchaseRecorded> purchases)
    {
        var replayed = new Replayed[purchases.Count];
        for (var i = 0; i < replayed.Length; i++)
        {
            var made = purchases[i];
            replayed[i] = replay.Next(made.PartnerId, made.MembershipId, made.Amount, made.PurchaseTime, made.Details);
        }

        return replayed;
    }

    private void Add(PurchaseRecorded made, Replayed before, Replayed after)
    {
        _all = _all.Plus(1, before.Points, after.Points);
        RecordedPoints += made.GivenPoints;
        _differences[made.MembershipId] = _differences.GetValueOrDefault(made.MembershipId) + after.Points - before.Points;
        Add(_brands, made.PartnerId.Value, 1, before.Points, after.Points);
        if (before.TierId == after.TierId)
        {
            Add(_tiers, before.TierId, 1, before.Points, after.Points);
        }
        else
        {
            Add(_tiers, before.TierId, 0, before.Points, 0);
            Add(_tiers, after.TierId, 1, 0, after.Points);
        }

        AddCategories(made, before.Points, after.Points);
    }

    private void AddCategories(PurchaseRecorded made, long before, long after)
    {
        if (made.Details is not { Lines.Count: > 0 } details)
        {
            Add(_categories, "", 1, before, after);
            return;
        }

        var parts = details.Lines.GroupBy(line => line.Category, StringComparer.Ordinal)
            .Select(category => (category.Key, Micros: Math.Max(0, category.Sum(line => line.AmountMicros)))).ToArray();
        var (total, through) = ((Int128)parts.Sum(part => part.Micros), (Int128)0);
        foreach (var (category, micros) in parts)
        {
            var (from, to) = (through, through + micros);
            Add(_categories, category, 1, Part(before, from, to, total), Part(after, from, to, total));
            through = to;
        }
    }

    /// <summary>A category's part of points. The parts add up to the points, because each ends where the next begins.</summary>
    private static long Part(long points, Int128 from, Int128 to, Int128 total) => total == 0 ? 0 : (long)((points * to / total) - (points * from / total));

    private static void Add(Dictionary<string, Compared> groups, string name, long purchases, long before, long after) =>
        groups[name] = groups.GetValueOrDefault(name).Plus(purchases, before, after);
}

/// <summary>The points of some purchases under the published rules, and with the rule that is tried.</summary>
public readonly record struct Compared(long Purchases, long PublishedPoints, long TriedPoints)
{
    public Compared Plus(long purchases, long published, long tried) =>
        new(Purchases + purchases, checked(PublishedPoints + published), checked(TriedPoints + tried));
}
