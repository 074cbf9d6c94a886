using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Privacy;

/// <summary>
/// All data about a member. The parts that grow with the years are read from the store page by page while they are
/// enumerated, and are not kept. A document of any length needs the memory of one page.
/// </summary>
/// <param name="PartnerNames">The names of all partners that occur in the data.</param>
/// <param name="Recipients">The partners that received data, each with the fields and the purpose.</param>
/// <param name="Choices">The latest choice for each brand.</param>
internal sealed record PersonalRecord(
    Sources Sources, Profile? Profile, IReadOnlyList<NumberedMembership> Numbers, IReadOnlyList<(Holdings Holdings, Money? PointValue)> Balances,
    IReadOnlyList<Consent> Consents, IReadOnlyDictionary<PartnerId, string> PartnerNames,
    IReadOnlyList<Received> Recipients, IReadOnlyList<ProgrammeChosen> Choices)
{
    public MemberId MemberId => Sources.MemberId;

    /// <summary>The restriction in force; null if there is none.</summary>
    public Restriction? Restriction { get; init; }

    /// <summary>The refusal of all sharing; null if there is none.</summary>
    public SharingRefusal? SharingRefusal { get; init; }

    /// <summary>The passkeys with which the member signs in, the oldest first.</summary>
    public IReadOnlyList<Passkey> Passkeys { get; init; } = [];

    /// <summary>The pools that the member is in or invited to, the latest first.</summary>
    public required IAsyncEnumerable<PoolPicture> Pools { get; init; }

    /// <summary>The log's entries about the member, without gaps.</summary>
    public required IAsyncEnumerable<LoggedEvent> Events { get; init; }

    /// <summary>The entries about the member and about former holders of linked memberships, in the log's order.</summary>
    public required IAsyncEnumerable<Happening> All { get; init; }

    /// <summary>The member's own requests that were refused, in the order of their ids.</summary>
    public required IAsyncEnumerable<StoredAnswer> Refused { get; init; }

    public IAsyncEnumerable<MemberDisclosed> Disclosures => All.Select(found => found.Entry.Event).OfType<MemberDisclosed>();

    public IAsyncEnumerable<ConsentEvent> ConsentEvents => All.Select(found => found.Entry.Event).OfType<ConsentEvent>();

    public IAsyncEnumerable<Spending> Spending => All.Select(found => found.Entry.Event switch
    {
        PurchaseRecorded bought => new Spending(bought, bought.PartnerId, bought.Reference, bought.Amount, bought.PurchaseTime),
        ReturnRecorded returned => new Spending(returned, returned.PartnerId, returned.Reference, returned.Amount, returned.ReturnTime),
        ReturnUndone undone => new Spending(undone, undone.PartnerId, undone.Reference, null, undone.Time),
        PurchaseReversed reversed => new Spending(reversed, reversed.PartnerId, reversed.Reference, new Money(reversed.CurrencyCode, reversed.AmountMicros), reversed.Time),
        _ => null,
    }).OfType<Spending>();

    /// <summary>The changes of the member's own accounts, one for each event and programme.</summary>
    public IAsyncEnumerable<Movement> Movements => All.SelectMany(Moved);

    private static IEnumerable<Movement> Moved(Happening found) =>
        from posting in found.Entry.Event.Postings
        let lines = posting.Lines.Where(line => found.Concerns(line.Account)).ToArray()
        where lines.Length > 0
        select new Movement(
            found.Entry.Event, posting.ProgrammeId, Sum(lines, AccountKinds.IsHeld), Sum(lines, AccountKinds.IsPooled), -Sum(lines, kind => kind == AccountKind.Receivable));

    private static long Sum(IEnumerable<PostingLine> lines, Func<AccountKind, bool> isOf) => lines.Where(line => isOf(line.Account.Kind)).Sum(line => line.AmountPoints);
}

/// <summary>The members whose entries in the log are about a member.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Earlier">
/// The former holders of memberships that were linked to the member. Null: all entries of a former holder count. A set:
/// the former holder has other memberships left, so only entries about these linked memberships count.
/// </param>
/// <param name="Gone">The former holders whose memberships were all linked to the member.</param>
/// <param name="Size">Only entries before this index count.</param>
internal sealed record Sources(
    MemberId MemberId, IReadOnlyDictionary<MemberId, IReadOnlySet<MembershipId>?> Earlier, IReadOnlyCollection<MemberId> Gone, long Size);

/// <summary>An entry of the log.</summary>
/// <param name="Only">The memberships for which the entry counts, if its former holder has others left.</param>
internal sealed record Happening(LoggedEvent Entry, IReadOnlySet<MembershipId>? Only)
{
    /// <summary>Whether the entry is about a membership for which it counts.</summary>
    public bool IsConcerned => Only is not { } only || Entry.Event switch
    {
        MemberDisclosed made => only.Contains(made.MembershipId),
        MemberEnrolled made => only.Contains(made.MembershipId),
        var made => made.Postings.SelectMany(posting => posting.Lines).Any(line => Concerns(line.Account)),
    };

    /// <summary>Whether an account is that of a membership for which the entry counts.</summary>
    public bool Concerns(AccountRef account) => account.MembershipId is { } membership && Only?.Contains(membership) != false;
}

/// <summary>The fields that a partner received for a purpose, with the first and the last time.</summary>
internal sealed record Received(PartnerId PartnerId, Purpose Purpose, IReadOnlySet<string> Fields, DateTime FirstTime, DateTime LastTime);

/// <summary>The change of held, pooled and owed points by an event. Negative: a decrease.</summary>
internal sealed record Movement(Event Event, ProgrammeId ProgrammeId, long Points, long PooledPoints, long OwedPoints);

/// <summary>A purchase, a return, or the undoing of one, which has no amount of its own.</summary>
internal sealed record Spending(Event Event, PartnerId PartnerId, string Reference, Money? Amount, DateTime Time);
