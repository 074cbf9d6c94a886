using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Store;
using Microsoft.AspNetCore.Identity;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Shows ASP.NET Core Identity the ledger's passkeys, so that its SignInManager can make and check them (WebAuthn Level 3). It only
/// reads: what is made becomes a command of the journal.
/// </summary>
internal sealed class PasskeyAccounts(LedgerStore store) : IUserStore<Account>, IUserPasskeyStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    /// <summary>The account; null if there is none that could sign in.</summary>
    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) => store.FindAccount(new AccountId(userId), cancellationToken);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByIdAsync(normalizedUserName, cancellationToken);

    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await Find(credentialId, cancellationToken) is { } passkey ? await FindByIdAsync(passkey.AccountId.Value, cancellationToken) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        await Find(credentialId, cancellationToken) is { } passkey && passkey.AccountId == user.AccountId ? ToInfo(passkey) : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        [.. (await store.Read(rows => rows.FindAll(new Passkey.ByAccount(user.AccountId)), cancellationToken)).Select(ToInfo)];

    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken) => throw IsReadOnly();

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) => throw IsReadOnly();

    public void Dispose()
    {
        // The store is shared and stays open.
    }

    private static InvalidOperationException IsReadOnly() => new("Accounts and their passkeys change through the journal alone.");

    private Task<Passkey?> Find(byte[] credentialId, CancellationToken cancellation) =>
        store.Read(rows => rows.Find(new Passkey.WithCredential(Convert.ToHexStringLower(credentialId))), cancellation);

    // The counter of uses is always 0: most passkeys have none, because they live on several devices.
    private static UserPasskeyInfo ToInfo(Passkey passkey) => new(
        Convert.FromHexString(passkey.CredentialId), passkey.PublicKey, new DateTimeOffset(passkey.CreateTime, TimeSpan.Zero), signCount: 0,
        passkey.Transports.Split(',', StringSplitOptions.RemoveEmptyEntries), isUserVerified: true, isBackupEligible: passkey.IsBackupEligible, isBackedUp: false,
        attestationObject: [], clientDataJson: []);
}
