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
        ticket.Properties.Items[Name] = name;
        await RenewAsync(name, ticket);
        return name;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        Write(key, _protector.Protect(TicketSerializer.Default.Serialize(ticket)), ticket.Properties.ExpiresUtc ?? throw new ArgumentException("The ticket has no end.", nameof(ticket)));

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

    protected abstract Task Write(string key, byte[] session, DateTimeOffset ends);

    protected abstract Task<byte[]?> Read(string key);
}
