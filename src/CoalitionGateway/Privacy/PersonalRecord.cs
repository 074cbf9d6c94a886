using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Pools;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>All that there is about a member: what is kept, and what happened.</summary>
/// <param name="Events">The log's entries about the member, without gaps.</param>
/// <param name="Earlier">Those about former holders of memberships that were linked to the member.</param>
/// <param name="PartnerNames">The names of all partners that are met.</param>
internal sealed record PersonalRecord(
    MemberId MemberId, Profile? Profile, IReadOnlyList<NumberedMembership> Numbers, IReadOnlyList<Holdings> Holdings,
    IReadOnlyList<PoolPicture> Pools, IReadOnlyList<Consent> Consents, IReadOnlyList<LoggedEvent> Events, IReadOnlyList<Happening> Earlier,
    IReadOnlyList<Request> Refused, IReadOnlyDictionary<PartnerId, string> PartnerNames)
{
    /// <summary>The restriction in force; null where there is none.</summary>
    public Restriction? Restriction { get; init; }

    /// <summary>The refusal of all sharing; null where there is none.</summary>
    public SharingRefusal? SharingRefusal { get; init; }

    public IEnumerable<MemberDisclosed> Disclosures => All.Select(found => found.Entry.Event).OfType<MemberDisclosed>();

    public IEnumerable<ConsentEvent> ConsentEvents => All.Select(found => found.Entry.Event).OfType<ConsentEvent>();

    /// <summary>The latest choice for each brand.</summary>
    public IEnumerable<ProgrammeChosen> Choices => All.Select(found => found.Entry.Event).OfType<ProgrammeChosen>()
        .GroupBy(made => made.PartnerId).Select(made => made.Last()).OrderBy(made => made.PartnerId.Value, StringComparer.Ordinal);

    public IEnumerable<Spending> Spending => All.Select(found => found.Entry.Event).Select(made => made switch
    {
        PurchaseRecorded bought => new Spending(bought, bought.PartnerId, bought.Reference, bought.Amount, bought.PurchaseTime),
        ReturnRecorded returned => new Spending(returned, returned.PartnerId, returned.Reference, returned.Amount, returned.ReturnTime),
        ReturnUndone undone => new Spending(undone, undone.PartnerId, undone.Reference, null, undone.Time),
        PurchaseReversed reversed => new Spending(reversed, reversed.PartnerId, reversed.Reference, new Money(reversed.CurrencyCode, reversed.AmountMicros), reversed.Time),
        _ => null,
    }).OfType<Spending>();

    /// <summary>The changes of the member's own accounts, one for each event and programme.</summary>
    public IEnumerable<Movement> Movements =>
        from found in All
        from posting in found.Entry.Event.Postings
        let lines = posting.Lines.Where(line => line.Account.Kind.HasFloor() && found.Concerns(line.Account)).ToLookup(line => line.Account.Kind, line => line.AmountPoints)
        where lines.Count > 0
        select new Movement(
            found.Entry.Event, posting.ProgrammeId, lines[AccountKind.Points].Sum(), lines[AccountKind.PoolShare].Sum(), -lines[AccountKind.Receivable].Sum());

    private IReadOnlyList<Happening> All { get; } =
        [.. Earlier.Concat(Events.Select(entry => new Happening(entry, null))).OrderBy(found => found.Entry.LogIndex)];
}

/// <summary>An entry of the log.</summary>
/// <param name="Only">Where it is a former holder's who still has other memberships: the one that it matters for.</param>
internal sealed record Happening(LoggedEvent Entry, MembershipId? Only)
{
    /// <summary>Whether the entry is about the membership that it matters for.</summary>
    public bool IsConcerned => Only is not { } only || Entry.Event switch
    {
        MemberDisclosed made => made.MembershipId == only,
        MemberEnrolled made => made.MembershipId == only,
        var made => made.Postings.SelectMany(posting => posting.Lines).Any(line => Concerns(line.Account)),
    };

    public bool Concerns(AccountRef account) => Only is not { } only || account.Holder.Split('/')[^1] == only.ToString();
}

/// <summary>Points held, pooled and owed more by an event; negative: less.</summary>
internal sealed record Movement(Event Event, ProgrammeId ProgrammeId, long Points, long PooledPoints, long OwedPoints);

/// <summary>A purchase, a return, or the undoing of one, which has no amount of its own.</summary>
internal sealed record Spending(Event Event, PartnerId PartnerId, string Reference, Money? Amount, DateTime Time);
