using System.Security.Cryptography;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Members;

/// <summary>A number that a partner gave to a membership. A separate row, so that the number can be erased.</summary>
/// <param name="Salt">16 random bytes, stored only here. Without them, nobody can match an event to the number.</param>
/// <param name="IsMain">Whether partners are told this number. Other numbers came by a merge, or were replaced.</param>
/// <param name="EndTime">When another number replaced this one; null: it can be used.</param>
public sealed record MembershipNumber(
    ProgrammeId ProgrammeId, string Number, MembershipId MembershipId, byte[] Salt, bool IsMain = true, DateTime? EndTime = null) : Row
{
    /// <summary>The length of <see cref="Salt"/>.</summary>
    public const int SaltBytes = 16;

    public override Key Primary => new Of(ProgrammeId, Number);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Lookups => IsMain ? [new OfMembership(MembershipId)] : [];

    public override IEnumerable<Key> Sets => [new ByMembership(MembershipId)];

    /// <summary>The event's commitment to the number: the SHA-256 of the salt and the number.</summary>
    public byte[] Commit() => SHA256.HashData([.. Salt, .. System.Text.Encoding.UTF8.GetBytes(Number)]);

    /// <summary>The row as far as events describe it: with the commitment in place of the number.</summary>
    public MembershipNumber Committed() => this with { Number = Convert.ToHexString(Commit()), Salt = [] };

    /// <summary>The row of a membership's new number, as far as the event describes it.</summary>
    public static MembershipNumber Committed(ProgrammeId programme, MembershipId membership, byte[] commitment) =>
        new(programme, Convert.ToHexString(commitment), membership, []);

    /// <summary>Finds the number, and then its membership.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="programme">The programme that gave the number.</param>
    /// <param name="number">The number.</param>
    /// <param name="time">When the number was used; a replaced number is found for times before. Null: now.</param>
    public static Membership? Find(WorkingState rows, ProgrammeId programme, string number, DateTime? time = null) =>
        rows.Find(new Of(programme, number)) is { } found && (found.EndTime is not { } end || time < end)
            ? rows.Find(new Membership.Of(found.MembershipId))
            : null;

    public sealed record Of(ProgrammeId ProgrammeId, string Number) : Key<MembershipNumber>;

    /// <summary>The main number of a membership.</summary>
    public sealed record OfMembership(MembershipId MembershipId, bool IsMain = true) : Key<MembershipNumber>;

    /// <summary>All numbers of a membership.</summary>
    public sealed record ByMembership(MembershipId MembershipId) : SetKey<MembershipNumber>;

    /// <summary>The number by which a partner knows a member; null if there is none.</summary>
    public static MembershipNumber? At(WorkingState rows, MemberId member, PartnerId partner) =>
        rows.Find(new Programme.OwnedBy(partner)) is { } programme && rows.Find(new Membership.OfMember(member, programme.Id)) is { } membership
            ? rows.Find(new OfMembership(membership.Id))
            : null;
}
