namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A partner's OAuth client.</summary>
/// <param name="SecretHash">The SHA-256 of a 256-bit secret; empty: no secret works any more, because keys were published.</param>
/// <param name="PublicKeys">The keys with which the client authenticates, as a JWK set. Null: only the secret is used.</param>
/// <param name="IsSuspended">A suspended client gets no token.</param>
/// <param name="SenderConstraint">How the client's tokens must be bound to a key.</param>
/// <param name="KeyThumbprints">The thumbprints of the keys (RFC 7638), with spaces between; empty without keys.</param>
/// <param name="SecretEndTime">When the secret ends; null: by itself never.</param>
/// <param name="FormerSecretHash">The secret before, which works on until <paramref name="FormerSecretEndTime"/>.</param>
/// <param name="Version">Increased by one with each change.</param>
public sealed record PartnerClient(
    string ClientId, PartnerId PartnerId, byte[] SecretHash, string Scopes, string? PublicKeys = null, bool IsSuspended = false,
    SenderConstraint SenderConstraint = SenderConstraint.None, string KeyThumbprints = "",
    DateTime? SecretEndTime = null, byte[]? FormerSecretHash = null, DateTime? FormerSecretEndTime = null, long Version = 0) : Row
{
    /// <summary>The client with other keys. Secrets work no more: a published key is the better proof.</summary>
    public PartnerClient WithKeys(string keys, IReadOnlyList<string> thumbprints) => this with
    {
        PublicKeys = keys, KeyThumbprints = string.Join(' ', thumbprints), SecretHash = [], SecretEndTime = null, FormerSecretHash = null, FormerSecretEndTime = null, Version = Version + 1,
    };

    public PartnerClient WithSuspension(bool isSuspended) => this with { IsSuspended = isSuspended, Version = Version + 1 };

    public PartnerClient WithConstraint(SenderConstraint constraint) => this with { SenderConstraint = constraint, Version = Version + 1 };

    public override Key Primary => new Of(ClientId);

    public sealed record Of(string ClientId) : Key<PartnerClient>
    {
        public override bool RemembersAbsence() => false;
    }
}
