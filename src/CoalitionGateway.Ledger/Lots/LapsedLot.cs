using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// Points of one membership and one term that expired, also in its shares of pools. A return of a purchase whose points had this
/// term takes them from breakage, as far as they expired, and not from the member once more.
/// </summary>
/// <param name="AccountId">The account of the membership's lot with this term.</param>
/// <param name="EndTime">When they expired because the member did nothing; <see cref="ByDate"/> or <see cref="InPool"/>: their own date came.</param>
public sealed record LapsedLot(Guid AccountId, DateTime EndTime, long Points) : Row
{
    /// <summary>Stands for the points' own date.</summary>
    public static readonly DateTime ByDate = DateTime.UnixEpoch;

    /// <summary>Stands for the own date of points in a pool.</summary>
    public static readonly DateTime InPool = DateTime.UnixEpoch.AddSeconds(1);

    public override Key Primary => new Of(AccountId, EndTime);

    public override IEnumerable<Key> Sets => [new ByAccount(AccountId)];

    /// <summary>The end under which points of a term are kept that have expired.</summary>
    /// <param name="term">When the points could be used.</param>
    /// <param name="inactivityEnd">When all points expired because the member did nothing; null: they did not.</param>
    public static DateTime EndOf(Term term, DateTime? inactivityEnd) => inactivityEnd is { } end && !(term.ExpireTime <= end) ? end : ByDate;

    /// <summary>The account of a membership's points of a term, under which those that expired are kept.</summary>
    public static Guid AccountOf(ProgrammeId programme, MembershipId membership, Term term) =>
        (term.IsPlain ? AccountRef.Points(programme, membership) : Lot.AccountOf(programme, $"{membership}", term)).Id;

    /// <summary>
    /// The first end of a membership's inactivity after a purchase, if it ended points of a term; null: none did. Such an end has
    /// a row of the plain account, even without points.
    /// </summary>
    /// <param name="recorded">When the purchase was recorded.</param>
    public static DateTime? EndAfter(WorkingState rows, ProgrammeId programme, MembershipId membership, Term term, DateTime recorded)
    {
        var end = rows.FindAll(new ByAccount(AccountRef.Points(programme, membership).Id)).Where(row => row.EndTime > recorded).Select(row => (DateTime?)row.EndTime).Min();
        return term.ExpireTime <= end ? null : end;
    }

    /// <summary>The key under which points of a term are kept that have expired.</summary>
    /// <param name="isInPool">Whether they expired in a pool. Inactivity does not end them there.</param>
    /// <param name="inactivityEnd">As in <see cref="EndOf"/>.</param>
    public static Of KeyOf(ProgrammeId programme, MembershipId membership, Term term, bool isInPool, DateTime? inactivityEnd) =>
        new(AccountOf(programme, membership, term), isInPool ? InPool : EndOf(term, inactivityEnd));

    public sealed record Of(Guid AccountId, DateTime EndTime) : Key<LapsedLot>;

    public sealed record ByAccount(Guid AccountId) : SetKey<LapsedLot>;
}

/// <summary>Points that a return takes from breakage, because they had expired.</summary>
public readonly record struct LapsedPart(Guid AccountId, DateTime EndTime, long Points)
{
    internal void Encode(CanonicalWriter writer) => writer.Uuid(AccountId).Time(EndTime).Number(Points);

    internal static LapsedPart Decode(CanonicalReader reader) => new(reader.Uuid(), reader.Time(), reader.Number());
}
