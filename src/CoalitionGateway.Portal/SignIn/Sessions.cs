using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace CoalitionGateway.Portal.SignIn;

/// <summary>
/// The members' sessions with their tokens. They stay on the server: the browser's cookie holds only the session's random name
/// (RFC 10017, backend for frontend).
/// </summary>
internal abstract class Sessions(IDataProtectionProvider protection) : ITicketStore
{
    /// <summary>The name of a session, among the properties of its ticket.</summary>
    public const string Name = ".session";

    private readonly IDataProtector _protector = protection.CreateProtector("session");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await Write(name, Sealed(name, ticket), EndOf(ticket), isNew: true);
        return name;
    }

    /// <summary>Changes a session. One that was removed meanwhile stays removed.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket) => Write(key, Sealed(key, ticket), EndOf(ticket), isNew: false);

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        try
        {
            return await Read(key) is { } stored ? TicketSerializer.Default.Deserialize(_protector.Unprotect(stored)) : null;
        }
        catch (CryptographicException)
        {
            // Protected by keys that are gone: the member signs in again.
            return null;
        }
    }

    public abstract Task RemoveAsync(string key);

    /// <summary>Waits for the turn to renew a session's tokens: a refresh token works once. Dispose it to end the turn.</summary>
    public abstract Task<IAsyncDisposable> Turn(string key, CancellationToken cancellation);

    /// <param name="key">The session's name.</param>
    /// <param name="session">The session, sealed.</param>
    /// <param name="ends">When it ends.</param>
    /// <param name="isNew">If false, only a session that is there is written.</param>
    protected abstract Task Write(string key, byte[] session, DateTimeOffset ends, bool isNew);

    protected abstract Task<byte[]?> Read(string key);

    private static DateTimeOffset EndOf(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? throw new ArgumentException("The ticket has no end.", nameof(ticket));

    private byte[] Sealed(string name, AuthenticationTicket ticket)
    {
        ticket.Properties.Items[Name] = name;
        return _protector.Protect(TicketSerializer.Default.Serialize(ticket));
    }
}
