using CoalitionGateway.Platform.Telemetry;
using StackExchange.Redis;

namespace CoalitionGateway.Platform.Shared;

/// <summary>
/// Data that gateways share and may lose: rate limits, counts of stored commands, and the news that a caller's access ended.
/// Each use says what it does if Redis does not answer. No call waits for Redis longer than <see cref="Patience"/>. After a
/// failure, no call asks Redis for <see cref="Pause"/>. The gateway starts and runs without Redis.
/// </summary>
internal sealed partial class SharedRedis(GatewayOptions options, TimeProvider clock, ILogger<SharedRedis> log) : IHostedService, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = log;
    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), clock);
    private readonly Lock _guard = new();
    private readonly List<(RedisChannel Channel, Action<string> Handle)> _subscriptions = [];
    private volatile ConnectionMultiplexer? _redis;
    private Task _connecting = Task.CompletedTask;
    private long _askAgain;
    private bool _isAway;
    private bool _isAwayTold;

    public bool IsConfigured => options.Redis.Length > 0;

    /// <summary>Whether Redis is configured and answered when it was last asked.</summary>
    public bool IsReachable => _redis is { IsConnected: true } && !Volatile.Read(ref _isAway);

    /// <summary>
    /// Asks Redis. If no answer comes in time, the work that <paramref name="ask"/> started may still take effect.
    /// </summary>
    public async ValueTask<(bool Answered, T? Answer)> Ask<T>(Func<IDatabase, Task<T>> ask)
    {
        if (_redis is not { IsConnected: true } redis || (Volatile.Read(ref _isAway) && !IsFirstAgain()))
        {
            return (false, default);
        }

        try
        {
            var answer = await ask(redis.GetDatabase()).WaitAsync(Patience);
            if (Volatile.Read(ref _isAway))
            {
                Found();
            }

            return (true, answer);
        }
        catch (Exception failed) when (failed is RedisException or RedisCommandException or TimeoutException)
        {
            Lost(failed);
            return (false, default);
        }
    }

    /// <summary>
    /// Subscribes to the messages of other gateways. Call this before the start. Messages arrive while Redis is reachable.
    /// </summary>
    public void Subscribe(string channel, Action<string> handle) => _subscriptions.Add((RedisChannel.Literal(channel), handle));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsConfigured)
        {
            _connecting = Connect();
            await Task.WhenAny(_connecting, Task.Delay(_start, cancellationToken));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _connecting;
        if (_redis is { } redis)
        {
            redis.ConnectionFailed -= OnFailed;
            redis.ConnectionRestored -= OnRestored;
            await redis.DisposeAsync();
        }
    }

    /// <summary>Whether a text is a list of servers.</summary>
    public static bool CanRead(string servers)
    {
        try
        {
            return ConfigurationOptions.Parse(servers).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The connection queues no commands that it cannot send, and reconnects by itself.</summary>
    private static ConfigurationOptions Settings(GatewayOptions options)
    {
        var settings = ConfigurationOptions.Parse(options.Redis);
        if (options.RedisPasswordFile.Length > 0)
        {
            settings.Password = File.ReadAllText(options.RedisPasswordFile).Trim();
        }

        settings.AbortOnConnectFail = false;
        settings.ConnectTimeout = 1000;
        settings.ConnectRetry = 1;
        settings.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        settings.ReconnectRetryPolicy = new LinearRetry(500);
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ClientName = "coalition-gateway";
        return settings;
    }

    private async Task Connect()
    {
        try
        {
            var redis = await ConnectionMultiplexer.ConnectAsync(Settings(options));
            redis.ConnectionFailed += OnFailed;
            redis.ConnectionRestored += OnRestored;
            _redis = redis;
            if (!redis.IsConnected)
            {
                Lost(null);
            }

            foreach (var (channel, handle) in _subscriptions)
            {
                await Subscribe(redis, channel, handle);
            }
        }
        catch (Exception failed)
        {
            // The gateway starts without Redis, whatever the failure was.
            Lost(failed);
        }
    }

    private static async Task Subscribe(ConnectionMultiplexer redis, RedisChannel channel, Action<string> handle)
    {
        try
        {
            await redis.GetSubscriber().SubscribeAsync(channel, (_, message) => handle(message.ToString()));
        }
        catch (RedisException)
        {
            // The client keeps the subscription and subscribes when it is connected.
        }
    }

    /// <summary>After the pause only the first call asks Redis. The other calls do not wait for its answer.</summary>
    private bool IsFirstAgain()
    {
        var due = Volatile.Read(ref _askAgain);
        return clock.GetTimestamp() >= due && Interlocked.CompareExchange(ref _askAgain, AfterThePause(), due) == due;
    }

    private long AfterThePause() => clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency);

    private void OnFailed(object? sender, ConnectionFailedEventArgs failed) => Lost(failed.Exception);

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored) => Found();

    private void Lost(Exception? cause)
    {
        Volatile.Write(ref _askAgain, AfterThePause());
        bool isTold;
        lock (_guard)
        {
            _isAway = true;
            isTold = _warnings.Admits();
            _isAwayTold |= isTold;
        }

        if (isTold)
        {
            LogAway(cause);
        }
    }

    private void Found()
    {
        bool wasTold;
        lock (_guard)
        {
            (wasTold, _isAway, _isAwayTold) = (_isAwayTold, false, false);
        }

        if (wasTold)
        {
            LogBack();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer: rate limits count for this gateway alone, and what other gateways end goes on for up to a second")]
    private partial void LogAway(Exception? cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis answers again")]
    private partial void LogBack();
}
