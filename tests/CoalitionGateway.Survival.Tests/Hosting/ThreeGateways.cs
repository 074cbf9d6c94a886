namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>Three gateways over one database, each with clients that send without a pause.</summary>
internal sealed class ThreeGateways : IAsyncDisposable
{
    private readonly Stack<IDisposable> _owned = new();
    private readonly List<Front> _fronts = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public Load[] Loads { get; } = [new(), new(), new()];

    /// <param name="connection">How the gateways reach the database.</param>
    public static async Task<ThreeGateways> Start(string connection)
    {
        var three = new ThreeGateways();
        try
        {
            var data = three.Own(new DataFolder());
            var first = three.Own(new GatewayProcess(data.Path, connection));
            await first.Start();
            var secret = await Front.Found(first);
            GatewayProcess[] others = [.. Enumerable.Range(0, 2).Select(_ => three.Own(new GatewayProcess(three.Own(data.WithSameKeys()).Path, connection)))];
            await Task.WhenAll(others.Select(gateway => gateway.Start()));
            foreach (var gateway in others.Prepend(first))
            {
                three._fronts.Add(three.Own(await Front.Open(gateway, secret)));
            }

            three._running = Task.WhenAll(three.Loads.Zip(three._fronts, (load, front) => load.Run(front, three._stop.Token)));
            return three;
        }
        catch (Exception failed)
        {
            var logs = string.Join('\n', three._owned.OfType<GatewayProcess>().Select(gateway => gateway.Log));
            await three.DisposeAsync();
            throw new InvalidOperationException($"The gateways do not serve: {failed.Message}\n{logs}", failed);
        }
    }

    /// <summary>Waits until each gateway has answered so many more requests.</summary>
    public Task More(int answers) => Task.WhenAll(Loads.Select(load => load.More(answers)));

    /// <summary>Stops the load and checks every request of it against the database.</summary>
    /// <returns>The number of requests, of those without an answer, and of these the committed ones.</returns>
    public async Task<(int Sent, int Unanswered, int Committed)> Settle(Database database)
    {
        await _stop.CancelAsync();
        await _running;
        var all = Load.Of(Loads);
        var unanswered = all.Unanswered.Count();
        return (all.Sent.Count, unanswered, await all.Settle(_fronts[0], database));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (_owned.TryPop(out var owned))
        {
            owned.Dispose();
        }

        _stop.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
