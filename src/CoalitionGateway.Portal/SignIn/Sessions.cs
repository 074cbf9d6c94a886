using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

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

/// <summary>Sessions of one process. They end with it.</summary>
internal sealed class MemorySessions(IDataProtectionProvider protection, TimeProvider clock) : Sessions(protection)
{
    private const int _sweepAt = 1024;
    private readonly ConcurrentDictionary<string, (byte[] Session, DateTimeOffset Ends)> _sessions = new(StringComparer.Ordinal);

    // Sessions share turns: two that do so wait for each other, and nothing else.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public override Task RemoveAsync(string key)
    {
        _sessions.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> Turn(string key, CancellationToken cancellation)
    {
        var turn = _turns[(key.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _turns.Length];
        await turn.WaitAsync(cancellation);
        return new Ending(() =>
        {
            turn.Release();
            return Task.CompletedTask;
        });
    }

    protected override Task Write(string key, byte[] session, DateTimeOffset ends)
    {
        if (_sessions.Count >= _sweepAt && !_sessions.ContainsKey(key))
        {
            foreach (var ended in _sessions.Where(found => found.Value.Ends < clock.GetUtcNow()))
            {
                _sessions.TryRemove(ended);
            }
        }

        _sessions[key] = (session, ends);
        return Task.CompletedTask;
    }

    protected override Task<byte[]?> Read(string key) =>
        Task.FromResult(_sessions.TryGetValue(key, out var found) && found.Ends > clock.GetUtcNow() ? found.Session : null);
}

/// <summary>Sessions of several portals, in Redis. If Redis loses them, members sign in again.</summary>
internal sealed class RedisSessions(IDataProtectionProvider protection, IConnectionMultiplexer redis, TimeProvider clock) : Sessions(protection)
{
    private static readonly TimeSpan _longestTurn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private IDatabase Database => redis.GetDatabase();

    public override Task RemoveAsync(string key) => Database.KeyDeleteAsync(Of(key));

    public override async Task<IAsyncDisposable> Turn(string key, CancellationToken cancellation)
    {
        RedisValue own = Guid.NewGuid().ToString();
        while (!await Database.LockTakeAsync(TurnOf(key), own, _longestTurn))
        {
            await Task.Delay(_pause, clock, cancellation);
        }

        return new Ending(() => Database.LockReleaseAsync(TurnOf(key), own));
    }

    protected override Task Write(string key, byte[] session, DateTimeOffset ends) => Database.StringSetAsync(Of(key), session, ends - clock.GetUtcNow());

    protected override async Task<byte[]?> Read(string key) => await Database.StringGetAsync(Of(key));

    private static RedisKey Of(string key) => $"portal:session:{key}";

    private static RedisKey TurnOf(string key) => $"portal:turn:{key}";
}

/// <summary>Does something once, at the end.</summary>
internal sealed class Ending(Func<Task> end) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await end();
}
