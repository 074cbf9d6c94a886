using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>The programme in which a member's purchases at a brand earn points.</summary>
public sealed record Choice(MemberId MemberId, PartnerId PartnerId, ProgrammeId ProgrammeId) : Row
{
    public override Key Primary => new Of(MemberId, PartnerId);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    public sealed record Of(MemberId MemberId, PartnerId PartnerId) : Key<Choice>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Choice>;
}
