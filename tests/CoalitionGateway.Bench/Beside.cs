namespace CoalitionGateway.Bench;

/// <summary>Compares two builds of the gateway in alternating slices of one run: machines drift, and ratios of neighbours do not.</summary>
internal static class Beside
{
    private const int _members = 2000;
    private const int _rounds = 10;
    private static readonly TimeSpan _slice = TimeSpan.FromSeconds(3);

    /// <param name="own">This build's folder and database.</param>
    /// <param name="other">The other build's.</param>
    public static async Task<int> Run((string Folder, string Database) own, (string Folder, string Database) other)
    {
        using var first = await Server.RunFrom(own.Folder, own.Database);
        using var second = await Server.RunFrom(other.Folder, other.Database);
        var builds = new[] { (Server: first, Coalition: await Coalition.Found(first, _members)), (Server: second, Coalition: await Coalition.Found(second, _members)) };
        History.Analyze(own.Database);
        History.Analyze(other.Database);
        (string Name, Func<Coalition, Func<int, Task<bool>>> Call)[] loads =
        [
            ("transfer", coalition => caller => coalition.Transfer(caller, _members)), ("purchase", coalition => coalition.Purchase),
            ("balances", coalition => coalition.Balances), ("token", coalition => coalition.Authorised), ("empty", coalition => coalition.Empty),
        ];
        foreach (var (name, call) in loads)
        {
            var ratios = new List<double>();
            for (var round = 0; round <= _rounds; round++)
            {
                var rates = new double[2];
                foreach (var i in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
                {
                    rates[i] = (await Load.Closed(64, _slice, builds[i].Server.Id, call(builds[i].Coalition))).PerSecond;
                }

                // The first round warms up.
                if (round > 0)
                {
                    ratios.Add(rates[0] / rates[1]);
                }
            }

            ratios.Sort();
            Report.Line($"{name,-10} this build / the other: {ratios[_rounds / 2]:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})");
        }

        return 0;
    }
}
