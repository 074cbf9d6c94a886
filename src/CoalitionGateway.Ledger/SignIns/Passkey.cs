using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// A passkey of a member or of a person (WebAuthn Level 3): the public half of a key in their device. Erasable, because a credential's
/// id leads to a device; the events know it only by a hash.
/// </summary>
/// <param name="Id">A random id.</param>
/// <param name="CredentialId">The credential's id as the authenticator gave it, as hexadecimal digits.</param>
/// <param name="PublicKey">The public key in COSE form (RFC 9052).</param>
/// <param name="Transports">How a browser reaches the authenticator, such as "internal,hybrid".</param>
/// <param name="IsBackupEligible">Whether the key can be synchronised to other devices of its holder.</param>
public sealed record Passkey(
    Guid Id, AccountId AccountId, string CredentialId, byte[] PublicKey, string Transports, bool IsBackupEligible, string Name, DateTime CreateTime) : Row
{
    /// <summary>The most passkeys that an account can have.</summary>
    public const int Most = 20;

    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new WithCredential(CredentialId)];

    public override IEnumerable<Key> Sets => [new ByAccount(AccountId)];

    public override bool IsDeletable => true;

    /// <summary>The row as its event describes it.</summary>
    public Passkey Told() => this with { CredentialId = HashOf(CredentialId), PublicKey = SHA256.HashData(PublicKey), Transports = "", Name = "" };

    /// <summary>The SHA-256 of a credential's id. The id is random and long, so the hash does not reveal it.</summary>
    internal static string HashOf(string credentialId) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(credentialId)));

    public sealed record Of(Guid Id) : Key<Passkey>;

    /// <summary>Strangers send credentials, so the absence of one is not remembered.</summary>
    public sealed record WithCredential(string CredentialId) : Key<Passkey>
    {
        public override bool RemembersAbsence() => false;
    }

    public sealed record ByAccount(AccountId AccountId) : SetKey<Passkey>;
}
