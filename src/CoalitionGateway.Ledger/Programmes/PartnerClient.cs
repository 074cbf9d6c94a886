namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A partner's OAuth client. <paramref name="SecretHash"/> is the SHA-256 of a 256-bit secret.</summary>
/// <param name="PublicKeys">The keys by which it proves itself, as a JWK set; null: by its secret alone.</param>
/// <param name="IsSuspended">While it is, it gets no token.</param>
public sealed record PartnerClient(string ClientId, PartnerId PartnerId, byte[] SecretHash, string Scopes, string? PublicKeys = null, bool IsSuspended = false) : Row
{
    public override Key Primary => new Of(ClientId);

    public sealed record Of(string ClientId) : Key<PartnerClient>
    {
        public override bool RemembersAbsence() => false;
    }
}
