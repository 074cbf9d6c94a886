using System.Collections.Concurrent;

namespace CoalitionGateway.Access;

/// <summary>
/// Access tokens revoked before their end, by their id (jti): the same token can be spelt in several ways that all
/// validate, its id in one.
/// </summary>
internal sealed class RevokedTokens(TimeProvider clock)
{
    private const int _sweepFrom = 1024;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private int _sweepAt = _sweepFrom;

    public bool Contains(string tokenId) => _revoked.ContainsKey(tokenId);

    /// <summary>Remembers a revoked token until it has expired everywhere.</summary>
    public void Add(string tokenId, DateTimeOffset expireTime)
    {
        _revoked[tokenId] = expireTime + AccessSetup.ClockSkew;
        if (_revoked.Count < _sweepAt)
        {
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var (expired, _) in _revoked.Where(found => found.Value <= now))
        {
            _revoked.TryRemove(expired, out _);
        }

        _sweepAt = Math.Max(_sweepFrom, 2 * _revoked.Count);
    }
}
