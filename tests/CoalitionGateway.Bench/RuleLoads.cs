using System.Diagnostics;
using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>What rules cost beside callers: simulations, points that expire in masses, and members that come in bulk.</summary>
internal static class RuleLoads
{
    private const int _callers = 64;
    private const int _streams = 8;

    /// <summary>So many lots expire in a second if 1,000,000 expire in ten minutes.</summary>
    private const double _lotsPerSecond = 1_000_000 / 600.0;

    private static readonly TimeSpan _expiring = TimeSpan.FromSeconds(5);

    /// <param name="database">A database for this run alone.</param>
    /// <param name="note">Receives each ratio.</param>
    public static async Task Run(string database, int members, int cycles, TimeSpan slice, TimeSpan warm, Report report, Action<string, double> note)
    {
        using var server = await Server.Run(database);
        var coalition = await Coalition.Found(server, members);
        await Measure("warm-up", caller => coalition.Transfer(caller, members), warm);
        await Measure("warm-up", coalition.RuledPurchase, warm);
        await coalition.Simulate(CancellationToken.None);
        Report.Line("warm-up of a sweep");
        await WhileExpiring();
        History.Analyze(database);
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            Report.Title($"cycle {cycle} of {cycles}");
            var plain = await Measure("purchase", coalition.Purchase, slice);
            var ruled = await Measure("purchase, full rules", coalition.RuledPurchase, slice);
            note("enrolments_vs_purchases", await Enrol(coalition, slice, false) / plain.PerSecond);
            note("profiles_vs_purchases", await Enrol(coalition, slice, true) / plain.PerSecond);

            var watch = Stopwatch.StartNew();
            var tried = await coalition.Simulate(CancellationToken.None) / watch.Elapsed.TotalSeconds;
            Report.Line($"SimulateRules: {tried:0} purchases/s");
            note("simulated_vs_recorded", tried / ruled.PerSecond);

            var before = await Measure("transfer", caller => coalition.Transfer(caller, members), slice);
            var beside = await WhileSimulating();
            var between = await Measure("transfer", caller => coalition.Transfer(caller, members), slice);
            note("transfers_while_simulating", beside.PerSecond / ((before.PerSecond + between.PerSecond) / 2));
            var (expiring, lots) = await WhileExpiring();
            var after = await Measure("transfer", caller => coalition.Transfer(caller, members), slice);
            note("transfers_while_expiring", expiring.PerSecond / ((between.PerSecond + after.PerSecond) / 2));
            note("expired_vs_a_million_in_ten_minutes", lots / _lotsPerSecond);
        }

        Books.Check(database);

        async Task<LoadResult> Measure(string name, Func<int, Task<bool>> call, TimeSpan time)
        {
            var result = await Load.Closed(_callers, time, server.Id, call);
            report.Row(name, _callers, result);
            return result;
        }

        async Task<LoadResult> WhileSimulating()
        {
            using var stop = new CancellationTokenSource();
            var simulating = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await coalition.Simulate(stop.Token);
                }
            });
            var result = await Measure("transfer, while a rule is tried", caller => coalition.Transfer(caller, members), slice);
            await stop.CancelAsync();
            await simulating.ContinueWith(_ => { }, TaskScheduler.Default);
            return result;
        }

        async Task<(LoadResult Load, double LotsPerSecond)> WhileExpiring()
        {
            // One lot a member, all with the same end: a whole minute that comes after the last award.
            var end = new DateTime(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, DateTimeKind.Utc).AddMinutes(2);
            await coalition.Award(members, end);
            await Task.Delay(end - DateTime.UtcNow + TimeSpan.FromMilliseconds(500));
            var result = await Measure("transfer, while points expire", caller => coalition.Transfer(caller, members), _expiring);
            var left = Count(database, end);
            Report.Line($"{members - left} of {members} lots settled in {_expiring.TotalSeconds} s");
            return (result, (members - left) / _expiring.TotalSeconds);
        }
    }

    /// <summary>Enrols members in several streams. Returns how many a second.</summary>
    private static async Task<double> Enrol(Coalition coalition, TimeSpan slice, bool hasProfile)
    {
        var watch = Stopwatch.StartNew();
        var made = await Task.WhenAll(Enumerable.Range(0, _streams).Select(i => coalition.EnrolInStream(i, hasProfile, () => watch.Elapsed > slice)));
        var perSecond = made.Sum() / watch.Elapsed.TotalSeconds;
        Report.Line($"EnrollMembers, {(hasProfile ? "with" : "without")} profiles: {perSecond:0}/s in {_streams} streams");
        return perSecond;
    }

    private static long Count(string database, DateTime end)
    {
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT count(*) FROM due WHERE kind = 'lot' AND due_time = $1", connection);
        command.Parameters.AddWithValue(Ledger.Clock.ToUnixMicroseconds(end));
        return Convert.ToInt64(command.ExecuteScalar());
    }
}
