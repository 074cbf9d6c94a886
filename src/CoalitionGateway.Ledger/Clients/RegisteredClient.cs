namespace CoalitionGateway.Ledger.Clients;

/// <summary>
/// An OAuth client: a partner's machine, an app or a portal in which people sign in, or a tool of officers or operators.
/// </summary>
/// <param name="ClientId">For a partner's client, the partner's id.</param>
/// <param name="Kind">Whose client it is.</param>
/// <param name="SecretHash">The SHA-256 of a 256-bit secret; empty: no secret works.</param>
/// <param name="Scopes">The scopes that the client may ask for, with spaces between.</param>
/// <param name="RedirectUris">
/// Where an app may have people sent back, with spaces between: https exactly, http on a loopback address at any port. Empty: nobody signs in.
/// </param>
/// <param name="Holders">The persons who proposed the keys and secrets that work, with spaces between. They approve nothing that the client proposes.</param>
/// <param name="PublicKeys">The keys with which the client authenticates, as a JWK set. Null: only the secret is used.</param>
/// <param name="KeyThumbprints">The thumbprints of the keys (RFC 7638), with spaces between; empty without keys.</param>
/// <param name="IsSuspended">A suspended client gets no token.</param>
/// <param name="SenderConstraint">How the client's tokens must be bound to a key.</param>
/// <param name="SecretEndTime">When the secret ends; null: by itself never.</param>
/// <param name="FormerSecretHash">The secret before, which works on until <paramref name="FormerSecretEndTime"/>.</param>
/// <param name="Version">Increased by one with each change.</param>
public sealed record RegisteredClient(
    string ClientId, CallerKind Kind, string DisplayName, byte[] SecretHash, string Scopes, string RedirectUris = "", string Holders = "",
    string? PublicKeys = null, string KeyThumbprints = "", bool IsSuspended = false, SenderConstraint SenderConstraint = SenderConstraint.None,
    DateTime? SecretEndTime = null, byte[]? FormerSecretHash = null, DateTime? FormerSecretEndTime = null, long Version = 0) : Row
{
    public override Key Primary => new Of(ClientId);

    /// <summary>The partner whose client it is; null: it is no partner's.</summary>
    public PartnerId? Partner => PartnerOf(Kind, ClientId);

    /// <summary>The client with other keys. Secrets work no more: a published key is the better proof.</summary>
    /// <param name="holder">Who proposed the keys.</param>
    public RegisteredClient WithKeys(string keys, IReadOnlyList<string> thumbprints, string holder) => this with
    {
        PublicKeys = keys, KeyThumbprints = string.Join(' ', thumbprints), SecretHash = [], SecretEndTime = null, FormerSecretHash = null, FormerSecretEndTime = null,
        Holders = HeldBy(holder, isHeldByOthers: thumbprints.Any(Thumbprints.Contains), isNew: !thumbprints.All(Thumbprints.Contains)), Version = Version + 1,
    };

    /// <summary>The client with another secret.</summary>
    /// <param name="holder">Who was told the secret.</param>
    public RegisteredClient WithSecret(byte[] hash, DateTime? endTime, DateTime? formerEndTime, string holder) => this with
    {
        SecretHash = hash, SecretEndTime = endTime, FormerSecretHash = formerEndTime is null ? null : SecretHash, FormerSecretEndTime = formerEndTime,
        Holders = HeldBy(holder, isHeldByOthers: formerEndTime is not null || PublicKeys is not null, isNew: true), Version = Version + 1,
    };

    public RegisteredClient WithSuspension(bool isSuspended) => this with { IsSuspended = isSuspended, Version = Version + 1 };

    public RegisteredClient WithConstraint(SenderConstraint constraint) => this with { SenderConstraint = constraint, Version = Version + 1 };

    public IReadOnlyList<string> Thumbprints => Words(KeyThumbprints);

    public static IReadOnlyList<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Who holds keys or secrets that work. A partner's client has no holders: partners approve nothing.</summary>
    private string HeldBy(string holder, bool isHeldByOthers, bool isNew) => Kind == CallerKind.Partner ? ""
        : string.Join(' ', (isHeldByOthers ? Words(Holders) : []).Concat(isNew ? [holder] : []).Distinct());

    internal static PartnerId? PartnerOf(CallerKind kind, string clientId) => kind == CallerKind.Partner ? new PartnerId(clientId) : null;

    internal static Refusal NotFound(string clientId) =>
        new Refusal(RefusalReason.ClientNotFound, $"There is no client {clientId}; ListClients shows those there are.", "client_id").With("client_id", clientId);

    public sealed record Of(string ClientId) : Key<RegisteredClient>
    {
        public override bool RemembersAbsence() => false;
    }
}
