using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// Points of one holder with one term that are left. The points are the balance of the account. The row is there as long
/// as points are left, so that a holder's lots are found. Its <see cref="Due"/> row has the same account.
/// </summary>
/// <param name="Holder">The membership, or the pool and the membership, as in the names of accounts.</param>
/// <param name="MembershipId">The membership that the points belong to.</param>
/// <param name="IsReserved">Whether a brand has reserved the points until <paramref name="UsableTime"/>.</param>
public sealed record Lot(
    Guid AccountId, ProgrammeId ProgrammeId, string Holder, MembershipId MembershipId, DateTime? UsableTime, DateTime? ExpireTime, bool IsReserved = false) : Row
{
    /// <summary>The kind of a lot's due row. Its subject is the account's id.</summary>
    public const string DueKind = "lot";

    public override Key Primary => new Of(AccountId);

    public override IEnumerable<Key> Sets => [new ByHolder(Holder), new ByMembership(MembershipId)];

    public override bool IsDeletable => true;

    public Term Term => new(UsableTime, ExpireTime);

    /// <summary>The account with the lot's points.</summary>
    public AccountRef Account => IsReserved ? ReservedOf(ProgrammeId, MembershipId, Term) : AccountOf(ProgrammeId, Holder, Term);

    /// <summary>Whether the holder is a share of a pool.</summary>
    public bool IsShare => IsOfShare(Holder);

    /// <summary>When the lot's points become usable or expire, whichever is first.</summary>
    private DateTime DueTime => UsableTime is { } usable && !(ExpireTime < usable) ? usable : ExpireTime!.Value;

    /// <summary>The account for points of a holder and a term.</summary>
    public static AccountRef AccountOf(ProgrammeId programme, string holder, Term term) => AccountRef.Lot(
        IsOfShare(holder) ? AccountKind.ShareLot : term.UsableTime is null ? AccountKind.Lot : AccountKind.Pending, programme, holder, term.ToString());

    /// <summary>The account of a membership's points that are reserved until the term's usable time.</summary>
    public static AccountRef ReservedOf(ProgrammeId programme, MembershipId membership, Term term) =>
        AccountRef.Lot(AccountKind.Reserved, programme, membership.ToString(), term.ToString());

    /// <summary>The lot whose points an account holds.</summary>
    public static Lot Holding(AccountRef account)
    {
        var parts = account.Holder.Split('/');
        var term = Term.Parse($"{parts[^2]}/{parts[^1]}");
        return new Lot(
            account.Id, account.ProgrammeId, string.Join('/', parts[..^2]), new MembershipId(Guid.Parse(parts[^3])), term.UsableTime, term.ExpireTime,
            account.Kind == AccountKind.Reserved);
    }

    /// <summary>The rows of an account's lot, which come with its first points and go with its last.</summary>
    public static IReadOnlyList<Row> RowsOf(AccountRef account)
    {
        var lot = Holding(account);
        return [lot, new Due(DueKind, account.Id.ToString(), lot.DueTime)];
    }

    /// <summary>Whose points an account holds, and when they expire.</summary>
    public static (ProgrammeId ProgrammeId, MembershipId MembershipId, DateTime? EndTime) EndOf(AccountRef account)
    {
        var lot = Holding(account);
        return (lot.ProgrammeId, lot.MembershipId, lot.ExpireTime);
    }

    /// <summary>Whether a holder is a share of a pool.</summary>
    internal static bool IsOfShare(string holder) => holder.Contains('/', StringComparison.Ordinal);

    public sealed record Of(Guid AccountId) : Key<Lot>;

    public sealed record ByHolder(string Holder) : SetKey<Lot>;

    /// <summary>All lots of a membership, those of its shares in pools included.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<Lot>;
}
