using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>A member's place in one programme. Linking moves it to another member.</summary>
/// <param name="MergedIntoId">The membership that this one was merged into, which <see cref="Find"/> gives; null: it was not merged.</param>
/// <param name="MergeTime">When it was merged; null: it was not.</param>
public sealed record Membership(MembershipId Id, ProgrammeId ProgrammeId, MemberId MemberId, DateTime EnrollTime, MembershipId? MergedIntoId = null,
    DateTime? MergeTime = null) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new OfMember(MemberId, ProgrammeId)];

    public override IEnumerable<Key> Sets => MergedIntoId is { } into ? [new ByMember(MemberId), new MergedInto(into)] : [new ByMember(MemberId)];

    /// <summary>Whether the member was erased. The membership then has its own id as member id, and leads to no person.</summary>
    public bool IsErased => MemberId.Value == Id.Value && MergedIntoId is null;

    /// <summary>The membership of an id, or the one that it was merged into; null if there is none.</summary>
    public static Membership? Find(WorkingState rows, MembershipId id) =>
        rows.Find(new Of(id)) is { } found ? found.MergedIntoId is { } into ? rows.Find(new Of(into)) : found : null;

    /// <summary>The membership once it is merged into another one.</summary>
    public Membership Merged(MembershipId into, DateTime time) => this with { MemberId = new MemberId(Id.Value), MergedIntoId = into, MergeTime = time };

    /// <summary>The membership after its member was erased.</summary>
    public Membership Erased() => this with { MemberId = new MemberId(Id.Value) };

    public sealed record Of(MembershipId Id) : Key<Membership>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Membership>;

    /// <summary>The memberships that were merged into one.</summary>
    public sealed record MergedInto(MembershipId MergedIntoId) : SetKey<Membership>;

    public sealed record OfMember(MemberId MemberId, ProgrammeId ProgrammeId) : Key<Membership>;
}
