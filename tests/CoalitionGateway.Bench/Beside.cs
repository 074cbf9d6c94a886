namespace CoalitionGateway.Bench;

/// <summary>
/// Compares two builds of the gateway in alternating slices of one run. Machines drift over time, but the ratio of two
/// neighbouring slices does not.
/// </summary>
internal static class Beside
{
    private const int _members = 2000;
    private const int _rounds = 10;
    private static readonly TimeSpan _slice = TimeSpan.FromSeconds(3);

    /// <param name="own">The folder and database of this build; "-" for SQLite.</param>
    /// <param name="other">The folder and database of the other build.</param>
    /// <param name="only">The names of the loads to run; if empty, all loads run.</param>
    public static async Task<int> Run((string Folder, string Database) own, (string Folder, string Database) other, string[] only)
    {
        using var first = await Server.RunFrom(own.Folder, Postgres(own.Database));
        using var second = await Server.RunFrom(other.Folder, Postgres(other.Database));
        var builds = new[] { (Server: first, Coalition: await Coalition.Found(first, _members)), (Server: second, Coalition: await Coalition.Found(second, _members)) };
        Analyze(own.Database);
        Analyze(other.Database);
        (string Name, Func<Coalition, Func<int, Task<bool>>> Call)[] loads =
        [
            ("transfer", coalition => caller => coalition.Transfer(caller, _members)), ("purchase", coalition => coalition.Purchase), ("ruled", coalition => coalition.RuledPurchase),
            ("balances", coalition => coalition.Balances), ("token", coalition => coalition.Authorised), ("empty", coalition => coalition.Empty),
        ];
        Report.Line($"this build / the other: the median of {_rounds} slices of {_slice.TotalSeconds:0} s, the least and the most; CPU time a call of gateway and database over all slices");
        foreach (var (name, call) in loads.Where(load => only.Length == 0 || only.Contains(load.Name)))
        {
            var (ratios, totals) = (new List<double>(), new LoadResult?[2]);
            for (var round = 0; round <= _rounds; round++)
            {
                var results = new LoadResult[2];
                foreach (var i in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
                {
                    results[i] = await Load.Closed(64, _slice, builds[i].Server.Id, call(builds[i].Coalition));
                }

                // The first round warms up.
                if (round > 0)
                {
                    ratios.Add(results[0].PerSecond / results[1].PerSecond);
                    for (var i = 0; i < results.Length; i++)
                    {
                        totals[i] = totals[i] is { } sum ? LoadResult.Mean(sum, results[i]) : results[i];
                    }
                }
            }

            ratios.Sort();
            Report.Line($"{name,-10} {ratios[_rounds / 2]:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})   gateway {totals[0]!.GatewayCpu:0.0} / {totals[1]!.GatewayCpu:0.0} µs   database {totals[0]!.DatabaseCpu:0.0} / {totals[1]!.DatabaseCpu:0.0} µs");
        }

        return 0;
    }

    private static string? Postgres(string database) => database == "-" ? null : database;

    private static void Analyze(string database)
    {
        if (Postgres(database) is { } postgres)
        {
            History.Analyze(postgres);
        }
    }
}
