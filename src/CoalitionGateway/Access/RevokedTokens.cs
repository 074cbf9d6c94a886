using System.Collections.Concurrent;
using System.Globalization;
using CoalitionGateway.Shared;
using StackExchange.Redis;

namespace CoalitionGateway.Access;

/// <summary>
/// Access tokens revoked before their end, by their id (jti): the same token can be spelt in several ways that all
/// validate, its id in one; or all of a caller's, by the caller's name. With Redis every gateway hears of it at once, and looks when it first meets a token.
/// While Redis does not answer, tokens that others revoked go on: they last 5 minutes, and refusing every new token
/// would stop the coalition for want of what is rarely there.
/// </summary>
internal sealed class RevokedTokens
{
    private const string _prefix = "coalition:revoked:";
    private const string _channel = "coalition:revoked";
    private const int _sweepFrom = 1024;

    // The key before the message: who looked before the key was there hears the message.
    private const string _share = """
        redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
        return redis.call('PUBLISH', ARGV[2], ARGV[3])
        """;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly SharedRedis _redis;
    private readonly TimeProvider _clock;
    private int _sweepAt = _sweepFrom;

    public RevokedTokens(SharedRedis redis, KnownTokens known, TimeProvider clock)
    {
        (_redis, _clock) = (redis, clock);
        redis.Subscribe(_channel, Hear);
        redis.CameBack += known.Clear;
    }

    /// <summary>Whether this gateway knows that a token is revoked.</summary>
    public bool Contains(string tokenId) => _revoked.ContainsKey(tokenId);

    /// <summary>The same for a token that this gateway meets first: others may have revoked it before.</summary>
    public async ValueTask<bool> Find(string tokenId)
    {
        if (Contains(tokenId) || !_redis.IsConfigured)
        {
            return Contains(tokenId);
        }

        var (answered, isThere) = await _redis.Ask(shared => shared.KeyExistsAsync(_prefix + tokenId));
        return answered && isThere;
    }

    /// <summary>Revokes a token until it has expired everywhere. False: other gateways may not have heard of it.</summary>
    public async Task<bool> Add(string tokenId, DateTimeOffset expireTime)
    {
        var until = expireTime + AccessSetup.ClockSkew;
        var left = until - _clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return true;
        }

        Keep(tokenId, until);
        if (!_redis.IsConfigured)
        {
            return true;
        }

        var message = $"{until.ToUnixTimeMilliseconds()} {tokenId}";
        var (answered, _) = await _redis.Ask(shared => shared.ScriptEvaluateAsync(
            _share, [(RedisKey)(_prefix + tokenId)], [(long)Math.Ceiling(left.TotalMilliseconds), _channel, message]));
        return answered;
    }

    private void Hear(string message)
    {
        if (message.Split(' ', 2) is [var until, var tokenId] && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            Keep(tokenId, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        }
    }

    private void Keep(string tokenId, DateTimeOffset until)
    {
        _revoked[tokenId] = until;
        if (_revoked.Count < _sweepAt)
        {
            return;
        }

        var now = _clock.GetUtcNow();
        foreach (var (expired, _) in _revoked.Where(found => found.Value <= now))
        {
            _revoked.TryRemove(expired, out _);
        }

        _sweepAt = Math.Max(_sweepFrom, 2 * _revoked.Count);
    }
}
