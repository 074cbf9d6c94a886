using CoalitionGateway.Ledger.Campaigns;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Points that one rule gave for a purchase.</summary>
/// <param name="Campaign">The campaign's id; empty for the agreement.</param>
/// <param name="Rule">The campaign's rule as it was then; null for the agreement.</param>
internal sealed record ModelAward(string Campaign, CampaignRule? Rule, long Points, long Withheld)
{
    /// <summary>The points that returns took.</summary>
    public long Taken { get; set; }

    /// <summary>The points that the member gets by activating the campaign, as far as nothing is returned before.</summary>
    public long Waiting { get; init; }

    /// <summary>What the activation paid is in <see cref="Points"/>; null: it has not paid.</summary>
    public ModelPaid? Paid { get; init; }

    public bool IsKept => Rule is { IsKeptOnReturn: true };

    public bool Waits => Waiting > 0 && Paid is null;

    public bool IsOfBudget => Rule is { BudgetPoints: > 0 };
}

/// <summary>The activation that paid an award.</summary>
/// <param name="ReturnedMicros">The part of the purchase that had been returned by then.</param>
internal sealed record ModelPaid(DateTime Time, long ReturnedMicros, ModelTerm Term);

/// <summary>A counting purchase of a campaign with stamps.</summary>
/// <param name="Gain">How far the purchase moved the number of the last one that got an award.</param>
internal sealed record ModelVisit(string Campaign, long Gain);

/// <summary>A recorded purchase, or an unlinked return.</summary>
internal sealed record ModelPurchase(PartnerId Partner, string Reference, bool IsReturn, MembershipId Membership, ProgrammeId Programme, Money Amount)
{
    /// <summary>The membership that earned, if it has been merged into <see cref="Membership"/> since then.</summary>
    public MembershipId? Origin { get; init; }

    public long ReturnedMicros { get; set; }

    public long PaidMicros { get; init; }

    public DateOnly Day { get; init; }

    public DateTime Time { get; init; }

    public DateTime RecordTime { get; init; }

    public ModelTerm Term { get; init; }

    public List<ModelAward> Awards { get; init; } = [];

    /// <summary>The campaigns over several brands for which the purchase is one at its brand.</summary>
    public HashSet<string> Bought { get; init; } = [];

    /// <summary>The rules and the periods in which the purchase counts.</summary>
    public HashSet<(string Rule, string Period)> Counted { get; init; } = [];

    public IReadOnlyList<ModelVisit> Visits { get; init; } = [];

    /// <summary>The period in which the purchase counts towards tiers, and as how much; null: there were no tiers.</summary>
    public (string Period, long Counts)? Climbs { get; init; }

    /// <summary>What an unlinked return took, by term.</summary>
    public IReadOnlyList<ModelPiece> TakenPieces { get; init; } = [];

    /// <summary>The points that an unlinked return took in all.</summary>
    public long TakenPoints { get; init; }

    /// <summary>The part of those points that the brand had given.</summary>
    public long TakenOfGiven { get; init; }

    /// <summary>Whether the whole purchase was returned, or the return was undone.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether the purchase counts for a rule: not once it is returned, unless its points of the rule stay.</summary>
    public bool CountsFor(string rule, ModelFault fault) =>
        !IsOver || (fault != ModelFault.UncountsKeptAward && Awards.Any(award => award.Campaign == rule && award.IsKept));

    /// <summary>The points of a rule that returns did not take; of all rules, if it is empty. Points that waited count in full.</summary>
    /// <param name="withTaken">Also those that returns took.</param>
    public long PointsOf(string rule, bool withTaken)
    {
        var awards = Awards.Where(award => rule.Length == 0 || award.Campaign == rule);
        return awards.Sum(award => award.Waiting > 0 ? award.Waiting - (withTaken ? 0 : LostWhileWaiting(award)) : withTaken ? award.Points : award.Points - award.Taken);
    }

    /// <summary>What an award that waits loses by returns.</summary>
    public long LostWhileWaiting(ModelAward award) =>
        award.IsKept ? 0 : (long)((System.Numerics.BigInteger)award.Waiting * ReturnedMicros / Amount.Micros);

    public ModelTerm TermOf(ModelAward award) => award.Paid?.Term ?? Term;
}

/// <summary>What a brand gave a membership and took back.</summary>
internal sealed class ModelGiven
{
    public long Given { get; set; }

    public long Taken { get; set; }

    public DateTime Day { get; set; }

    /// <summary>What unlinked returns took on that day.</summary>
    public long DayPoints { get; set; }

    public long Left => Math.Max(0, Given - Taken);

    /// <summary>Counts what was given to a membership that was merged into this one.</summary>
    public void Add(ModelGiven other)
    {
        var day = Day > other.Day ? Day : other.Day;
        DayPoints = (Day == day ? DayPoints : 0) + (other.Day == day ? other.DayPoints : 0);
        (Given, Taken, Day) = (Given + other.Given, Taken + other.Taken, day);
    }
}
