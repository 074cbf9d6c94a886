using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>A one-time code for linking a membership, stored as a keyed hash. Each membership has at most one.</summary>
public sealed record LinkCode(MembershipId MembershipId, byte[] CodeHash, DateTime ExpireTime) : Row
{
    public override Key Primary => new Of(MembershipId);

    public override bool IsDeletable => true;

    /// <summary>The row as its event describes it: with the SHA-256 of the stored hash.</summary>
    public LinkCode Told() => this with { CodeHash = SHA256.HashData(CodeHash) };

    public sealed record Of(MembershipId MembershipId) : Key<LinkCode>;
}
