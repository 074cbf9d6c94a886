using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>The kind of an account. The numbers are stored.</summary>
public enum AccountKind : byte
{
    /// <summary>A membership's points. Never below zero.</summary>
    Points = 1,

    /// <summary>A membership's debt, as a negative balance. Never above zero.</summary>
    Receivable = 2,

    /// <summary>One contributor's share of a pool. Never below zero.</summary>
    PoolShare = 3,

    /// <summary>The points that a partner has issued in a programme, as a negative balance. No floor.</summary>
    Issue = 4,

    /// <summary>The points that left a programme for another one, less the points that came from there. No floor.</summary>
    Exchange = 5,

    /// <summary>The points that lapsed in a programme when members left, less the debts of those members. No floor.</summary>
    Breakage = 6,

    /// <summary>Points between an event and a follow-up of the same command. Zero after every command. No floor.</summary>
    Transit = 7,

    /// <summary>A membership's points that can be used and expire at one time. Never below zero.</summary>
    Lot = 8,

    /// <summary>A membership's points that cannot be used yet, with one term. Never below zero.</summary>
    Pending = 9,

    /// <summary>The part of a pool share that expires at one time. Never below zero.</summary>
    ShareLot = 10,

    /// <summary>The points that a campaign can still give. Never below zero.</summary>
    Budget = 11,

    /// <summary>A membership's points that a brand has reserved until a time. Never below zero.</summary>
    Reserved = 12,

    /// <summary>The points that members spent at a brand. No floor.</summary>
    Redeemed = 13,
}

public static class AccountKinds
{
    /// <summary>Whether decisions depend on the account's balance. Only entries of such accounts carry the balance.</summary>
    public static bool HasFloor(this AccountKind kind) => kind is AccountKind.Receivable || kind.IsNeverNegative();

    /// <summary>Whether the balance is never below zero.</summary>
    public static bool IsNeverNegative(this AccountKind kind) =>
        kind is AccountKind.Points or AccountKind.PoolShare or AccountKind.Budget || kind.IsLot();

    /// <summary>Whether the account holds a membership's points outside of pools, pending and reserved ones included.</summary>
    public static bool IsHeld(this AccountKind kind) => kind is AccountKind.Points or AccountKind.Lot or AccountKind.Pending or AccountKind.Reserved;

    /// <summary>Whether the account holds points of a pool share.</summary>
    public static bool IsPooled(this AccountKind kind) => kind is AccountKind.PoolShare or AccountKind.ShareLot;

    /// <summary>Whether the account holds points of one term: see <see cref="Lots.Lot"/>.</summary>
    public static bool IsLot(this AccountKind kind) => kind is AccountKind.Lot or AccountKind.Pending or AccountKind.ShareLot or AccountKind.Reserved;
}

/// <summary>
/// Identifies an account by its programme, kind and holder. <see cref="Id"/> is derived from these three, so events can
/// name accounts that are not registered anywhere.
/// </summary>
public sealed record AccountRef(AccountKind Kind, ProgrammeId ProgrammeId, string Holder)
{
    // These accounts are few and used often: by every purchase at a brand and every transfer on a route.
    private static readonly Remembered<(AccountKind Kind, ProgrammeId ProgrammeId, string Holder), AccountRef> _shared =
        new(4096, of => new AccountRef(of.Kind, of.ProgrammeId, of.Holder).Identified());

    private Guid? _id;

    // The copy constructor must not copy the id: a copy with another holder is another account.
    private AccountRef(AccountRef other) => (Kind, ProgrammeId, Holder) = (other.Kind, other.ProgrammeId, other.Holder);

    /// <summary>The first 16 bytes of the SHA-256 of <see cref="Name"/>, whose parts are random ids or public.</summary>
    public Guid Id => _id ??= new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Name)).AsSpan(0, 16), bigEndian: true);

    public string Name => $"{Kind.ToString().ToLowerInvariant()}/{ProgrammeId}/{Holder}";

    /// <summary>The membership whose points or debt the account holds; null if the account is no member's.</summary>
    public MembershipId? MembershipId => Kind switch
    {
        AccountKind.Points or AccountKind.Receivable or AccountKind.Lot or AccountKind.Pending or AccountKind.Reserved => new MembershipId(Guid.Parse(Holder.Split('/')[0])),
        AccountKind.PoolShare or AccountKind.ShareLot => new MembershipId(Guid.Parse(Holder.Split('/')[1])),
        _ => null,
    };

    public bool Equals(AccountRef? other) =>
        other is not null && Kind == other.Kind && ProgrammeId == other.ProgrammeId && Holder == other.Holder;

    public override int GetHashCode() => HashCode.Combine(Kind, ProgrammeId, Holder);

    public static AccountRef Points(ProgrammeId programme, MembershipId membership) =>
        new(AccountKind.Points, programme, membership.ToString());

    public static AccountRef Receivable(ProgrammeId programme, MembershipId membership) =>
        new(AccountKind.Receivable, programme, membership.ToString());

    public static AccountRef PoolShare(ProgrammeId programme, PoolId pool, MembershipId contributor) =>
        PoolShare(programme, $"{pool}/{contributor}");

    /// <param name="holder">The pool and the contributor's membership, as in the account's name.</param>
    public static AccountRef PoolShare(ProgrammeId programme, string holder) => new(AccountKind.PoolShare, programme, holder);

    /// <summary>Points of one holder with one term: see <see cref="Lots.Term"/>.</summary>
    public static AccountRef Lot(AccountKind kind, ProgrammeId programme, string holder, string term) => new(kind, programme, $"{holder}/{term}");

    public static AccountRef Budget(ProgrammeId programme, string campaign) => new(AccountKind.Budget, programme, campaign);

    public static AccountRef Issue(ProgrammeId programme, PartnerId partner) =>
        _shared[(AccountKind.Issue, programme, partner.Value)];

    public static AccountRef Redeemed(ProgrammeId programme, PartnerId partner) =>
        _shared[(AccountKind.Redeemed, programme, partner.Value)];

    public static AccountRef Exchange(ProgrammeId programme, ProgrammeId counterpart) =>
        _shared[(AccountKind.Exchange, programme, counterpart.Value)];

    public static AccountRef Breakage(ProgrammeId programme) => new(AccountKind.Breakage, programme, "closing");

    public static AccountRef Transit(ProgrammeId programme) => new(AccountKind.Transit, programme, "follow-up");

    /// <summary>Computes the id now, before other threads can see this instance.</summary>
    internal AccountRef Identified()
    {
        _ = Id;
        return this;
    }
}
