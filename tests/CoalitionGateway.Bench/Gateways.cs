using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>
/// Runs one, two and three gateways over one database, in alternating slices. More gateways must not be slower.
/// </summary>
internal static class Gateways
{
    private const int _callers = 64;

    /// <param name="database">A database for this run alone.</param>
    /// <param name="note">Receives each ratio.</param>
    public static async Task Run(string database, int members, int cycles, TimeSpan slice, TimeSpan warm, Report report, Action<string, double> note)
    {
        using var first = await Server.Run(database);
        var coalition = await Coalition.Found(first, members);
        History.Analyze(database);
        using var second = await Server.RunBeside(first, database);
        using var third = await Server.RunBeside(first, database);
        Server[] all = [first, second, third];
        var ids = all.Select(server => server.Id).ToArray();
        foreach (var server in all)
        {
            await Measure("warm-up", _ => server, warm);
        }

        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            var one = await Measure("transfer, one gateway", _ => first, slice);
            var two = await Measure("transfer, two gateways", caller => all[caller % 2], slice);
            var three = await Measure("transfer, three gateways", caller => all[caller % 3], slice);
            var lone = await Measure("transfer, 63 callers and 1", caller => all[caller == 0 ? 1 : 0], slice);
            note("two_gateways_vs_one", two.Load.PerSecond / one.Load.PerSecond);
            note("three_gateways_vs_one", three.Load.PerSecond / one.Load.PerSecond);
            note("three_gateways_batch_vs_one", three.Batch / one.Batch);
            note("lone_caller_elsewhere", lone.Load.PerSecond / one.Load.PerSecond);
            note("three_gateways_cpu_vs_one", three.Load.GatewayCpu / one.Load.GatewayCpu);
        }

        Books.Check(database);

        async Task<(LoadResult Load, double Batch)> Measure(string name, Func<int, Server> of, TimeSpan time)
        {
            coalition.Call(of);
            var before = Turns();
            var result = await Load.Closed(_callers, time, ids, caller => coalition.Transfer(caller, members));
            var batch = result.Calls / (double)Math.Max(1, Turns() - before);
            report.Row(name, _callers, result);
            Report.Line($"{batch:0.0} commands a turn");
            return (result, batch);
        }

        long Turns()
        {
            using var connection = new NpgsqlConnection(database);
            connection.Open();
            using var command = new NpgsqlCommand("SELECT max(number) FROM turn", connection);
            return (long)command.ExecuteScalar()!;
        }
    }
}
