using StackExchange.Redis;

namespace CoalitionGateway.Platform.Shared;

/// <summary>
/// What gateways share and may lose: rate limits, and the news that a caller ended. Each use says what it does when Redis
/// does not answer; no call waits for it longer than <see cref="Patience"/>, and one that failed keeps all others from
/// asking for <see cref="Pause"/>. The gateway starts and goes on without it.
/// </summary>
internal sealed partial class SharedRedis(GatewayOptions options, TimeProvider clock, ILogger<SharedRedis> log) : IHostedService, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenWarnings = TimeSpan.FromMinutes(1);

    private readonly ILogger _log = log;
    private readonly Lock _guard = new();
    private readonly List<(RedisChannel Channel, Action<string> Handle)> _subscriptions = [];
    private volatile ConnectionMultiplexer? _redis;
    private Task _connecting = Task.CompletedTask;
    private long _askAgain;
    private bool _isAway;
    private bool _isAwayTold;
    private DateTimeOffset _nextWarning = DateTimeOffset.MinValue;

    public bool IsConfigured => options.Redis.Length > 0;

    /// <summary>Whether Redis is configured and answered when it was last asked.</summary>
    public bool IsReachable => _redis is { IsConnected: true } && !Volatile.Read(ref _isAway);

    /// <summary>
    /// Asks Redis. What <paramref name="ask"/> started may still take effect when it is not answered in time.
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

    /// <summary>Hears what gateways tell each other, from the start on and while Redis is there. Before the start only.</summary>
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

    /// <summary>It never queues what cannot be sent, and comes back by itself.</summary>
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
            // Whatever it is, the gateway starts without.
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
            // It is remembered, and made when the connection is.
        }
    }

    /// <summary>Of those who call once the pause is over, one asks; the others need not wait with it.</summary>
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
        var now = clock.GetUtcNow();
        lock (_guard)
        {
            _isAway = true;
            if (now < _nextWarning)
            {
                return;
            }

            (_nextWarning, _isAwayTold) = (now + _betweenWarnings, true);
        }

        LogAway(cause);
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
