namespace CoalitionGateway.Bench;

/// <summary>What spending costs beside earning, and what a reward costs that all members want.</summary>
internal static class SpendingLoads
{
    private const int _callers = 64;

    /// <param name="database">A database for this run alone.</param>
    /// <param name="note">Receives each ratio.</param>
    public static async Task Run(string database, int members, int cycles, TimeSpan slice, TimeSpan warm, Report report, Action<string, double> note)
    {
        using var server = await Server.Run(database);
        var coalition = await Coalition.Found(server, members);
        await coalition.FoundSpending();
        await Measure("warm-up", coalition.Pay, warm);
        await Measure("warm-up", caller => coalition.Claim(caller, isHot: false), warm);
        History.Analyze(database);
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            Report.Title($"cycle {cycle} of {cycles}");
            var before = await Measure("purchase", coalition.Purchase, slice);
            var paid = await Measure("reserve and capture", coalition.Pay, slice);
            var after = await Measure("purchase", coalition.Purchase, slice);
            note("payments_vs_two_purchases", paid.PerSecond / ((before.PerSecond + after.PerSecond) / 4));
            var balances = await Measure("GetBalances", coalition.BrandsBalance, slice);
            note("identify_vs_balances", (await Measure("IdentifyMember", coalition.Identify, slice)).PerSecond / balances.PerSecond);
            var cold = await Measure("claims of 1,000 rewards", caller => coalition.Claim(caller, isHot: false), slice);
            note("hot_reward_vs_cold", (await Measure("claims of one reward", caller => coalition.Claim(caller, isHot: true), slice)).PerSecond / cold.PerSecond);
        }

        Books.Check(database);

        async Task<LoadResult> Measure(string name, Func<int, Task<bool>> call, TimeSpan time)
        {
            var result = await Load.Closed(_callers, time, server.Id, call);
            report.Row(name, _callers, result);
            return result;
        }
    }
}
