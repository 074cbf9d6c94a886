namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A partner's OAuth client. <paramref name="SecretHash"/> is the SHA-256 of a 256-bit secret.</summary>
/// <param name="PublicKeys">The keys with which the client authenticates, as a JWK set. Null: only the secret is used.</param>
/// <param name="IsSuspended">A suspended client gets no token.</param>
/// <param name="SenderConstraint">How the client's tokens must be bound to a key.</param>
/// <param name="KeyThumbprints">The thumbprints of the keys (RFC 7638), with spaces between; empty without keys.</param>
public sealed record PartnerClient(
    string ClientId, PartnerId PartnerId, byte[] SecretHash, string Scopes, string? PublicKeys = null, bool IsSuspended = false,
    SenderConstraint SenderConstraint = SenderConstraint.None, string KeyThumbprints = "") : Row
{
    public override Key Primary => new Of(ClientId);

    public sealed record Of(string ClientId) : Key<PartnerClient>
    {
        public override bool RemembersAbsence() => false;
    }
}
