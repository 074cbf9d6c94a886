using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace CoalitionGateway.Portal.SignIn;

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

    protected override Task Write(string key, byte[] session, DateTimeOffset ends, bool isNew) =>
        Database.StringSetAsync(Of(key), session, ends - clock.GetUtcNow(), isNew ? When.Always : When.Exists);

    protected override async Task<byte[]?> Read(string key) => await Database.StringGetAsync(Of(key));

    private static RedisKey Of(string key) => $"portal:session:{key}";

    private static RedisKey TurnOf(string key) => $"portal:turn:{key}";
}
