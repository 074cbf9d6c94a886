using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Telemetry;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Counts the calls that the access policy let through, before their message is read. Opening a stream is one call.
/// Each entry of a stream counts as a call of the method that the entry stands for.
/// </summary>
internal static class RateLimited
{
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        var instruments = app.Services.GetRequiredService<Instruments>();
        if (limits.AreNone)
        {
            return;
        }

        app.Use(async (context, next) =>
        {
            if (context.User is KnownCaller known
                && context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName is { } path
                && limits.Of(path) is { } limit
                && await limits.Take(known.Caller, limit) is { Ticks: > 0 } wait)
            {
                var status = Refusal(limit, wait);
                instruments.CountRefusal(path.TrimStart('/'), status);
                context.Response.WriteStatus(status);
                return;
            }

            await next(context);
        });
    }
    /// <summary>The refusal of a call that comes too soon.</summary>
    public static Google.Rpc.Status Refusal(Limit limit, TimeSpan wait) => RefusalStatus.Of(
        V1.ErrorReason.RateLimited,
        $"The caller may make {limit.CallsPerSecond} such calls a second, {limit.Burst} at once.",
        [("methods", limit.Methods), ("calls_per_second", $"{limit.CallsPerSecond}"), ("burst", $"{limit.Burst}")], wait);
}
