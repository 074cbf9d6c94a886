namespace CoalitionGateway.Platform.Schedules;

/// <summary>Work of a room that must be done before the first call is served.</summary>
internal interface IFirstWork
{
    Task Run(CancellationToken cancellation);
}

/// <summary>Does all first work at once. Added after the journal, which the work needs; the listeners open afterwards.</summary>
internal sealed class FirstWork(IEnumerable<IFirstWork> works) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(works.Select(work => Task.Run(() => work.Run(cancellationToken), cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
