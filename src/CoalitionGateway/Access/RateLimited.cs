using CoalitionGateway.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace CoalitionGateway.Access;

/// <summary>Counts the calls that the access policy let through, before their message is read. A stream is one call.</summary>
internal static class RateLimited
{
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
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
                context.Response.WriteStatus(RefusalStatus.Of(
                    StatusCode.ResourceExhausted, V1.ErrorReason.RateLimited, $"The caller may make {limit.CallsPerSecond} such calls a second, {limit.Burst} at once.",
                    [("methods", limit.Methods), ("calls_per_second", $"{limit.CallsPerSecond}"), ("burst", $"{limit.Burst}")], wait));
                return;
            }

            await next(context);
        });
    }
}
