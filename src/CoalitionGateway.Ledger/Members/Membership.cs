using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>A member's place in one programme. Linking moves it to another member.</summary>
public sealed record Membership(MembershipId Id, ProgrammeId ProgrammeId, MemberId MemberId, DateTime EnrollTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new OfMember(MemberId, ProgrammeId)];

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    /// <summary>Whether the member was erased. The membership then has its own id as member id, and leads to no person.</summary>
    public bool IsErased => MemberId.Value == Id.Value;

    /// <summary>The membership after its member was erased.</summary>
    public Membership Erased() => this with { MemberId = new MemberId(Id.Value) };

    public sealed record Of(MembershipId Id) : Key<Membership>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Membership>;

    public sealed record OfMember(MemberId MemberId, ProgrammeId ProgrammeId) : Key<Membership>;
}
