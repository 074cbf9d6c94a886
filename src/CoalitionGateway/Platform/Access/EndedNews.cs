using System.Globalization;
using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Shared;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Tells other gateways through Redis that a caller ended, so that they look at once and not within a second. The
/// message carries only its expiry and a MAC, and is valid for five seconds. A message from anybody else has no effect.
/// </summary>
internal sealed class EndedNews
{
    private const string _channel = "coalition:ended";
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(5);

    private readonly SharedRedis _redis;
    private readonly GatewayKeys _keys;
    private readonly TimeProvider _clock;

    public EndedNews(SharedRedis redis, GatewayKeys keys, TimeProvider clock)
    {
        (_redis, _keys, _clock) = (redis, keys, clock);
        redis.Subscribe(_channel, Hear);
    }

    /// <summary>Raised when a gateway, possibly this one, sent the message.</summary>
    public event Action? Heard;

    public async Task Tell()
    {
        if (_redis.IsConfigured)
        {
            var until = (_clock.GetUtcNow() + _lifetime).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var message = $"{until} {Convert.ToHexString(Mac(until))}";

            // A gateway that misses the message looks within a second anyway.
            await _redis.Ask(shared => shared.PublishAsync(StackExchange.Redis.RedisChannel.Literal(_channel), message));
        }
    }

    private void Hear(string message)
    {
        if (message.Length <= 100 && message.Split(' ') is [var until, var mac] && mac.Length == 2 * SHA256.HashSizeInBytes && mac.All(char.IsAsciiHexDigit)
            && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(mac), Mac(until))
            && milliseconds >= _clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            Heard?.Invoke();
        }
    }

    private byte[] Mac(string until) => _keys.HashOf("redis", $"{_channel}\n{until}");
}
