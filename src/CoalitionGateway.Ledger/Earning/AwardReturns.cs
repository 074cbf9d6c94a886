using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>
/// What a return of a purchase with awards takes back: from each award its own part, in the lots that the award filled, and
/// for who paid it.
/// </summary>
/// <param name="Made">The recorded purchase.</param>
/// <param name="Campaigns">All versions of the programme's campaigns.</param>
/// <param name="Lapsed">The points of the awards' lots that expired and were not taken back from breakage yet, by the award's place.</param>
public sealed record AwardReturns(PurchaseRecorded Made, IReadOnlyList<Campaign> Campaigns, IReadOnlyDictionary<int, IReadOnlyList<LapsedPart>> Lapsed)
{
    /// <summary>Asks for the rows that a return of the purchase reads and changes.</summary>
    public static AwardReturns? Find(WorkingState rows, Purchase purchase, Holdings holdings, DateTime now)
    {
        var endsInactive = rows.Find(new LotKeeping.Of(purchase.ProgrammeId)) is { EndsInactive: true };
        if (purchase.IsReturn || !(purchase.HasAwards || endsInactive) || rows.Find(new StoredEvent.Of(purchase.EventId)) is not { } stored)
        {
            return null;
        }

        var recorded = (PurchaseRecorded)EventCodec.Decode(stored.Body);
        var paid = PaidOf(rows, recorded);
        var made = WithPaid(recorded, paid);
        foreach (var counted in made.Counted)
        {
            Counter.Find(rows, holdings.MembershipId, counted.Rule, counted.Period);
        }

        var shares = made.Awards.Any(award => award.Term.ExpireTime <= now) ? HeldShare.All(rows, made.ProgrammeId, holdings.MembershipId, now) : [];
        var lapsed = new Dictionary<int, IReadOnlyList<LapsedPart>>();
        for (var i = 0; i < made.Awards.Count; i++)
        {
            var (award, term) = (made.Awards[i], made.Awards[i].Term with { UsableTime = null });
            var given = award.WaitingPoints > 0 ? paid.FirstOrDefault(row => row.CampaignId == award.RuleId)?.PayTime ?? made.Time : made.Time;
            if (term.ExpireTime <= now || endsInactive)
            {
                lapsed[i] = [.. new[] { LapsedOf(rows, made, holdings, term, given, now), LapsedInPools(rows, holdings, shares, term, now) }.OfType<LapsedPart>()];
            }
        }

        foreach (var award in made.Awards.Where(award => award.Rule == AwardRule.Campaign))
        {
            rows.Find(new Account.Of(AccountRef.Budget(made.ProgrammeId, award.RuleId).Id));
        }

        return new AwardReturns(made, rows.FindAll(new Campaign.ByProgramme(made.ProgrammeId)), lapsed) { Paid = paid, Shares = shares };
    }

    /// <summary>The points of a purchase's term that have expired outside of pools; null: none.</summary>
    /// <param name="term">The term of one of its awards.</param>
    /// <param name="given">When the award was given.</param>
    private static LapsedPart? LapsedOf(WorkingState rows, PurchaseRecorded made, Holdings holdings, Term term, DateTime given, DateTime now)
    {
        var (programme, from, into) = (made.ProgrammeId, made.MembershipId, holdings.MembershipId);
        if (LapsedLot.EndAfter(rows, programme, from, term, given) is { } end)
        {
            return Posted(from, end);
        }

        if (from != into)
        {
            // Points that expired before the merge are found under the merged membership.
            if (term.ExpireTime <= now && Posted(from, LapsedLot.ByDate) is { } before)
            {
                return before;
            }

            var merged = rows.Find(new Membership.Of(from))?.MergeTime;
            if (LapsedLot.EndAfter(rows, programme, into, term, merged > given ? merged.Value : given) is { } later)
            {
                return Posted(into, later);
            }
        }

        // What a sweep has not posted yet has expired as well.
        var last = LapsedLot.EndOf(term, holdings.EndedTime);
        if (last == LapsedLot.ByDate && !(term.ExpireTime <= now))
        {
            return null;
        }

        var due = holdings.Due?.Lapsed.Where(part => part.Term == term).Sum(part => part.Points) ?? 0;
        return new LapsedPart(AccountOf(into), last, due + (Posted(into, last)?.Points ?? 0));

        LapsedPart? Posted(MembershipId membership, DateTime ended) =>
            rows.Find(new LapsedLot.Of(AccountOf(membership), ended)) is { } row ? new LapsedPart(row.AccountId, ended, row.Points) : null;

        Guid AccountOf(MembershipId membership) => LapsedLot.AccountOf(programme, membership, term);
    }

    /// <summary>The points of a term that have expired in the member's shares of pools; null: none.</summary>
    private static LapsedPart? LapsedInPools(WorkingState rows, Holdings holdings, IReadOnlyList<HeldShare> shares, Term term, DateTime now)
    {
        if (!(term.ExpireTime <= now))
        {
            return null;
        }

        var account = LapsedLot.AccountOf(holdings.ProgrammeId, holdings.MembershipId, term);
        var posted = rows.Find(new LapsedLot.Of(account, LapsedLot.InPool))?.Points ?? 0;
        var due = shares.SelectMany(share => share.Due?.Lapsed ?? []).Where(part => part.Term == term).Sum(part => part.Points);
        return new LapsedPart(account, LapsedLot.InPool, posted + due);
    }

    /// <summary>The member's shares in pools, if points of the purchase have expired.</summary>
    public IReadOnlyList<HeldShare> Shares { get; init; } = [];

    /// <summary>What activations of campaigns paid for the purchase.</summary>
    public IReadOnlyList<WaitingAward> Paid { get; init; } = [];

    /// <summary>The purchase with its awards that waited for an activation as it paid them.</summary>
    public static PurchaseRecorded WithPaid(PurchaseRecorded recorded, IReadOnlyList<WaitingAward> paid) => recorded with
    {
        Awards = paid.Count == 0 ? recorded.AllAwards :
        [
            .. recorded.AllAwards.Select(award => award.WaitingPoints > 0 && paid.FirstOrDefault(row => row.CampaignId == award.RuleId) is { } row
                ? award with { Points = row.Points, Term = row.Term }
                : award),
        ],
    };

    private static IReadOnlyList<WaitingAward> PaidOf(WorkingState rows, PurchaseRecorded recorded) =>
    [
        .. recorded.Awards.Where(award => award.WaitingPoints > 0)
            .Select(award => rows.Find(new WaitingAward.Of(recorded.PartnerId, recorded.Reference, award.RuleId)))
            .OfType<WaitingAward>().Where(row => row.IsPaid),
    ];

    /// <summary>The points that each award loses once so much of the purchase is returned, in all.</summary>
    public IReadOnlyList<long> TakenAfter(long returnedMicros) => [.. Made.Awards.Select(award => TakenAfter(award, returnedMicros))];

    /// <summary>The part of an award's points that the brand itself paid.</summary>
    public bool IsOwn(Award award) => !(Of(award) is { Rule.BudgetPoints: > 0 });

    /// <summary>The parts that are taken from breakage, because they expired.</summary>
    public IReadOnlyList<LapsedPart> FromBreakage(IReadOnlyList<long> taken)
    {
        var parts = new Dictionary<(Guid AccountId, DateTime EndTime), LapsedPart>();
        for (var i = 0; i < taken.Count; i++)
        {
            var left = taken[i];
            foreach (var lapsed in Lapsed.GetValueOrDefault(i) ?? [])
            {
                var key = (lapsed.AccountId, lapsed.EndTime);
                var before = parts.GetValueOrDefault(key).Points;
                var takes = Math.Min(left, lapsed.Points - before);
                (parts[key], left) = (lapsed with { Points = before + takes }, left - takes);
            }
        }

        return [.. parts.Values.Where(part => part.Points > 0).OrderBy(part => (part.EndTime, part.AccountId))];
    }

    /// <summary>The terms of the awards that lose points, with the points that they lose.</summary>
    public IReadOnlyList<(Term Term, long Points)> Filled(IReadOnlyList<long> taken, DateTime now) =>
        [.. taken.Select((points, i) => (Made.Awards[i].Term.At(now), points)).Where(part => part.points > 0)];

    /// <summary>The lines that give the points back to who paid them: to a budget as long as its campaign runs.</summary>
    public IEnumerable<PostingLine> Refunds(IReadOnlyList<long> taken, DateTime now) => taken.Select((points, i) => new PostingLine(PayerOf(Made.Awards[i], now), points));

    /// <summary>What the return gives back to the counters that the purchase raised.</summary>
    /// <param name="isWhole">Whether the whole purchase is returned now. It then no longer counts.</param>
    public IReadOnlyList<Counted> Uncounted(IReadOnlyList<long> taken, long returnedBefore, long returned, bool isWhole) =>
    [
        .. from counted in Made.Counted
           where !IsKept(counted)
           let points = counted.Rule == TierRule.CounterRule ? OfTier(counted, returnedBefore, returned) : PointsOf(counted, taken, returnedBefore, returned, isWhole)
           let count = isWhole ? counted.Count : 0
           where points != 0 || count != 0
           select counted with { Points = -points, Count = -count, Time = null },
    ];

    /// <summary>Whether a counter is that of a campaign whose points stay. Otherwise the points could be got again and again.</summary>
    private bool IsKept(Counted counted) => Made.Awards.Any(award =>
        Of(award) is { Rule.IsKeptOnReturn: true } campaign && (counted.Rule == campaign.Id || counted.Rule == campaign.VisitsRule));

    /// <summary>What the return takes off the way to the tiers: in all, the returned share of what the purchase had counted.</summary>
    private long OfTier(Counted counted, long before, long after) =>
        (long)(((Int128)counted.Points * after / Made.Amount.Micros) - ((Int128)counted.Points * before / Made.Amount.Micros));

    private long PointsOf(Counted counted, IReadOnlyList<long> taken, long before, long after, bool isWhole) => counted.Rule switch
    {
        "" => taken.Select((points, i) => Made.Awards[i].WaitingPoints > 0 ? Waited(Made.Awards[i], before, after) : points).Sum(),
        var visits when visits.EndsWith(Campaign.Visits, StringComparison.Ordinal) => isWhole ? counted.Points : 0,
        var campaign => taken.Select((points, i) => Made.Awards[i] switch
        {
            { Rule: not AwardRule.Campaign } => 0,
            var award when award.RuleId != campaign => 0,
            { WaitingPoints: > 0 } award => Waited(award, before, after),
            _ => points,
        }).Sum(),
    };

    /// <summary>What caps get back for an award that waited for an activation, whether or not it was paid.</summary>
    private long Waited(Award award, long before, long after)
    {
        if (Of(award) is { Rule.IsKeptOnReturn: true })
        {
            return 0;
        }

        var waited = award with { Points = award.WaitingPoints };
        return waited.TakenAfter(after, Made.Amount.Micros) - waited.TakenAfter(before, Made.Amount.Micros);
    }

    private long TakenAfter(Award award, long returnedMicros)
    {
        var campaign = Of(award);
        if (campaign is { Rule.IsKeptOnReturn: true })
        {
            return 0;
        }

        if (award.WaitingPoints > 0)
        {
            // Without an activation there are no points to take.
            var before = Paid.FirstOrDefault(row => row.CampaignId == award.RuleId)?.ReturnedMicros ?? returnedMicros;
            return returnedMicros > before ? award.TakenAfter(returnedMicros - before, Made.Amount.Micros - before) : 0;
        }

        // Bands are not linear: what is left of the purchase is looked up anew.
        return campaign is { Rule: { Effect: CampaignEffect.Bands, Filter.IsOfWholePurchase: true } }
            ? Math.Max(0, award.Points - campaign.PointsOfBand(Made.Amount.Micros - (Made.Details?.PaidWithPointsMicros ?? 0) - returnedMicros))
            : award.TakenAfter(returnedMicros, Made.Amount.Micros);
    }

    private AccountRef PayerOf(Award award, DateTime now)
    {
        if (IsOwn(award))
        {
            return AccountRef.Issue(Made.ProgrammeId, Made.PartnerId);
        }

        var latest = Campaign.Latest(Campaigns, award.RuleId)!;
        return now < latest.RefillTime ? AccountRef.Budget(Made.ProgrammeId, award.RuleId) : AccountRef.Issue(Made.ProgrammeId, latest.Rule.PayerId!.Value);
    }

    private Campaign? Of(Award award) => award.Rule == AwardRule.Campaign
        ? Campaigns.First(version => version.Id == award.RuleId && version.Version == award.RuleVersion)
        : null;
}
