using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>What an account is for. The numbers are stored.</summary>
public enum AccountKind : byte
{
    /// <summary>A membership's points. Never below zero.</summary>
    Points = 1,

    /// <summary>What a membership owes, as a negative balance. Never above zero.</summary>
    Receivable = 2,

    /// <summary>One contributor's share of a pool. Never below zero.</summary>
    PoolShare = 3,

    /// <summary>What a partner has issued in a programme, as a negative balance. No floor.</summary>
    Issue = 4,

    /// <summary>What left a programme for, less what came into it from, another programme. No floor.</summary>
    Exchange = 5,

    /// <summary>What lapsed in a programme when members left, less what they owed. No floor.</summary>
    Breakage = 6,

    /// <summary>Points on their way from one event to a follow-up of the same command. Zero after every command. No floor.</summary>
    Transit = 7,
}

public static class AccountKinds
{
    /// <summary>Whether decisions rest on the account's balance: only such accounts carry it on each entry.</summary>
    public static bool HasFloor(this AccountKind kind) =>
        kind is AccountKind.Points or AccountKind.Receivable or AccountKind.PoolShare;
}

/// <summary>
/// An account, by what it is: its programme, its kind and its holder. <see cref="Id"/> follows from these, so an
/// event names its accounts without a register of them.
/// </summary>
public sealed record AccountRef(AccountKind Kind, ProgrammeId ProgrammeId, string Holder)
{
    // Each brand's purchases and each route's transfers meet the same ones.
    private static readonly Remembered<(AccountKind Kind, ProgrammeId ProgrammeId, string Holder), AccountRef> _shared =
        new(4096, of => new AccountRef(of.Kind, of.ProgrammeId, of.Holder).Identified());

    private Guid? _id;

    // A copy with another holder is another account: it must not take the id along.
    private AccountRef(AccountRef other) => (Kind, ProgrammeId, Holder) = (other.Kind, other.ProgrammeId, other.Holder);

    /// <summary>The first 16 bytes of the SHA-256 of <see cref="Name"/>; the parts of the name are random ids or
    /// public ones.</summary>
    public Guid Id => _id ??= new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Name)).AsSpan(0, 16), bigEndian: true);

    public string Name => $"{Kind.ToString().ToLowerInvariant()}/{ProgrammeId}/{Holder}";

    public bool Equals(AccountRef? other) =>
        other is not null && Kind == other.Kind && ProgrammeId == other.ProgrammeId && Holder == other.Holder;

    public override int GetHashCode() => HashCode.Combine(Kind, ProgrammeId, Holder);

    public static AccountRef Points(ProgrammeId programme, MembershipId membership) =>
        new(AccountKind.Points, programme, membership.ToString());

    public static AccountRef Receivable(ProgrammeId programme, MembershipId membership) =>
        new(AccountKind.Receivable, programme, membership.ToString());

    public static AccountRef PoolShare(ProgrammeId programme, PoolId pool, MembershipId contributor) =>
        new(AccountKind.PoolShare, programme, $"{pool}/{contributor}");

    public static AccountRef Issue(ProgrammeId programme, PartnerId partner) =>
        _shared[(AccountKind.Issue, programme, partner.Value)];

    public static AccountRef Exchange(ProgrammeId programme, ProgrammeId counterpart) =>
        _shared[(AccountKind.Exchange, programme, counterpart.Value)];

    public static AccountRef Breakage(ProgrammeId programme) => new(AccountKind.Breakage, programme, "closing");

    public static AccountRef Transit(ProgrammeId programme) => new(AccountKind.Transit, programme, "follow-up");

    /// <summary>The same, with its id made: before others can see it.</summary>
    internal AccountRef Identified()
    {
        _ = Id;
        return this;
    }
}
