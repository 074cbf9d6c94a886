using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CoalitionGateway.Platform.Journal;

/// <summary>Whether the journal commits. An unsigned log degrades the gateway, but no call is refused.</summary>
internal sealed class JournalHealth(CommandJournal journal, LogSigner signer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !journal.IsRunning ? HealthCheckResult.Unhealthy("the journal has ended")
        : journal.IsStuck ? HealthCheckResult.Unhealthy("the journal waits for its commit")
        : signer.StoppedBy is not null ? HealthCheckResult.Degraded("the audit log is not signed: no gateway decided one of its events")
        : HealthCheckResult.Healthy());
}
