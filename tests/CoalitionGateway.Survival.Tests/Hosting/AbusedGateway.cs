namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>
/// One gateway on SQLite for all abuses, so that each abuse meets the traces of the earlier ones; and an ordinary client.
/// </summary>
public sealed class AbusedGateway : IAsyncLifetime
{
    /// <summary>
    /// The limit of the gateway's memory. Without abuse it takes about half. An idle connection takes some 28 KB.
    /// </summary>
    private static readonly int _maxMegabytes = Soak.Count(400, 700);

    private readonly DataFolder _data = new();
    private string _secret = "";

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = new GatewayProcess(_data.Path);
        await Gateway.Start();
        _secret = await Front.Found(Gateway);
    }

    public ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Lets an ordinary client record purchases during an abuse and after it. Asserts that each purchase was answered, that the
    /// gateway is alive and that its memory stays bounded. The abuse returns a text for the report.
    /// </summary>
    internal async Task Bear(string what, Func<Front, Func<Task>, Task<string>> abuse)
    {
        using var front = await Front.Open(Gateway, _secret);
        using var abuser = await Front.Open(Gateway, _secret);
        using var stop = new CancellationTokenSource();
        var (answered, peak, slowest) = (0, 0L, TimeSpan.Zero);
        var ordinary = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var sent = await new Sent(Front.Purchase("a-3", 5), "a-3").To(front);
                Assert.True(sent.Answer is not null, $"An ordinary client was answered: {sent.Outcome}");
                var took = DateTime.UtcNow - sent.SendTime;
                slowest = took > slowest ? took : slowest;
                peak = Math.Max(peak, Gateway.RssMegabytes);
                Interlocked.Increment(ref answered);
                await Task.Delay(5);
            }
        });

        async Task Meanwhile()
        {
            var wanted = Volatile.Read(ref answered) + 20;
            await Soak.Until(() => Volatile.Read(ref answered) >= wanted || ordinary.IsFaulted, $"{what}: the ordinary client is not answered");
        }

        await Meanwhile();
        var before = Gateway.RssMegabytes;
        string told;
        try
        {
            told = await abuse(abuser, Meanwhile);
            await Meanwhile();
        }
        finally
        {
            await stop.CancelAsync();
        }

        await ordinary;
        Assert.True(Gateway.IsAlive, Gateway.Log);
        Assert.True(peak <= _maxMegabytes, $"{what}: the gateway took {peak} MB.");
        Soak.Tell($"{what}: {told}; meanwhile {answered} ordinary calls answered, the slowest in {slowest.TotalMilliseconds:0} ms; memory {before} MB before, {peak} MB at most");
    }
}
