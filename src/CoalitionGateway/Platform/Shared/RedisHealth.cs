using CoalitionGateway.Platform.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CoalitionGateway.Platform.Shared;

/// <summary>
/// Whether Redis answers, if Redis is configured. Without Redis, each gateway counts for itself and still serves.
/// </summary>
internal sealed class RedisHealth : IHealthCheck
{
    private readonly SharedRedis _redis;

    public RedisHealth(SharedRedis redis, Instruments instruments)
    {
        _redis = redis;
        if (redis.IsConfigured)
        {
            instruments.WatchRedis(() => redis.IsReachable);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _redis is { IsConfigured: true, IsReachable: false } ? HealthCheckResult.Degraded("Redis does not answer") : HealthCheckResult.Healthy());
}
