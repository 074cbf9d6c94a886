using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>Liveness and readiness, over HTTP and as grpc.health.v1.</summary>
internal static class HealthSetup
{
    private const string _live = "live";

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<StoreHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreHealth>());
        services.AddSingleton<JournalHealth>();
        services.AddSingleton<RedisHealth>();
        services.AddSingleton<PhaseHealth>();
        services.AddSingleton<AliveHealth>();
        services.AddGrpcHealthChecks(grpc =>
            {
                // Callers read the last published result, so that a call costs no check.
                grpc.UseHealthChecksCache = true;
                foreach (var service in MethodRules.Services)
                {
                    grpc.Services.Map(service.FullName, check => !check.Tags.Contains(_live));
                }

                grpc.Services.Map("", check => !check.Tags.Contains(_live));
            })
            .AddCheck<PhaseHealth>("phase")
            .AddCheck<StoreHealth>("store")
            .AddCheck<JournalHealth>("journal")
            .AddCheck<RedisHealth>("redis")
            .AddCheck<AliveHealth>("alive", tags: [_live]);
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, StoreHealth.Pace));
        services.AddHostedService<HealthNews>();
    }

    /// <summary>Open to all. /healthz/live fails if only a restart helps, /healthz/ready if calls cannot be served.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGrpcHealthChecksService();
        app.MapHealthChecks("/healthz/live", Answering(isLive: true));
        app.MapHealthChecks("/healthz/ready", Answering(isLive: false));
        app.MapHealthChecks("/healthz", Answering(isLive: false));
    }

    private static HealthCheckOptions Answering(bool isLive) => new()
    {
        Predicate = check => check.Tags.Contains(_live) == isLive,
        ResponseWriter = (context, report) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            var words = report.Entries.Values.Select(entry => entry.Description).OfType<string>();
            return context.Response.WriteAsync(string.Join("; ", words.Prepend(report.Status == HealthStatus.Unhealthy ? "not serving" : "serving")), context.RequestAborted);
        },
    };

    /// <summary>Whether the process runs and can make changes. If not, only a restart helps.</summary>
    private sealed class AliveHealth(CommandJournal journal) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(journal.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    /// <summary>Whether the process is between its preparation and its stop.</summary>
    private sealed class PhaseHealth(Preparation preparation, IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("the gateway stops")
            : preparation.IsPending ? HealthCheckResult.Unhealthy("the gateway is being prepared")
            : HealthCheckResult.Healthy());
    }

    /// <summary>Publishes at once when the preparation ends or the process stops: load balancers need not wait.</summary>
    private sealed class HealthNews(
        HealthCheckService checks, IEnumerable<IHealthCheckPublisher> publishers, Preparation preparation, IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            preparation.Ended += () => Publish().GetAwaiter().GetResult();
            lifetime.ApplicationStopping.Register(() => Publish().GetAwaiter().GetResult());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task Publish()
        {
            var report = await checks.CheckHealthAsync(CancellationToken.None);
            await Task.WhenAll(publishers.Select(publisher => publisher.PublishAsync(report, CancellationToken.None)));
        }
    }
}
