using CoalitionGateway.Ledger.Programmes;
using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>The number that a partner gave to a membership. A separate row, so that the number can be erased.</summary>
/// <param name="Salt">16 random bytes, stored only here. Without them, nobody can match an event to the number.</param>
public sealed record MembershipNumber(ProgrammeId ProgrammeId, string Number, MembershipId MembershipId, byte[] Salt) : Row
{
    public override Key Primary => new Of(ProgrammeId, Number);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Lookups => [new OfMembership(MembershipId)];

    /// <summary>The event's commitment to the number: the SHA-256 of the salt and the number.</summary>
    public byte[] Commit() => SHA256.HashData([.. Salt, .. System.Text.Encoding.UTF8.GetBytes(Number)]);

    /// <summary>The row as far as events describe it: with the commitment in place of the number.</summary>
    public static MembershipNumber Committed(ProgrammeId programme, MembershipId membership, byte[] commitment) =>
        new(programme, Convert.ToHexString(commitment), membership, []);

    /// <summary>Finds the number, and then its membership.</summary>
    public static Membership? Find(WorkingState rows, ProgrammeId programme, string number) =>
        rows.Find(new Of(programme, number)) is { } found ? rows.Find(new Membership.Of(found.MembershipId)) : null;

    public sealed record Of(ProgrammeId ProgrammeId, string Number) : Key<MembershipNumber>;

    public sealed record OfMembership(MembershipId MembershipId) : Key<MembershipNumber>;

    /// <summary>The number by which a partner knows a member; null if there is none.</summary>
    public static MembershipNumber? At(WorkingState rows, MemberId member, PartnerId partner) =>
        rows.Find(new Programme.OwnedBy(partner)) is { } programme && rows.Find(new Membership.OfMember(member, programme.Id)) is { } membership
            ? rows.Find(new MembershipNumber.OfMembership(membership.Id))
            : null;
}
