using CoalitionGateway.Bench;
using CoalitionGateway.Platform.Store;

// bench PGBENCH-FOLDER SERVER DATABASE GROWN-DATABASE BASELINE-DATABASE FORGETFUL-DATABASE FRESH-DATABASE SHARED-DATABASE
// PUBLISHED-FOLDER EMPTY-FOLDER OUT [--quick | --gateways | --rules | --spending | --sqlite | --only SECONDS [LOAD...] | --beside FOLDER DATABASE [LOAD...]]
// tests/bench starts the servers and calls this program. --only repeats some loads alone, for a profiler.
var (folder, serverConnection, database, grown, usual, forgetful, fresh, shared, published, empties, output) =
    (args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8], args[9], args[10]);
var isQuick = args.Contains("--quick");
var (cycles, slice, warm) = isQuick ? (2, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)) : (5, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(16));
const int MemberCount = 10_000;
const int HotCount = 10;
const int EntriesGrown = 10_000_000;

var report = new Report();
var pgbench = new Pgbench(folder, serverConnection);
Report.Title("set-up");
Report.Line(Durability.Assert(serverConnection));
if (!args.Contains("--only") && !args.Contains("--beside") && !args.Contains("--gateways") && !args.Contains("--rules") && !args.Contains("--spending") && !args.Contains("--sqlite"))
{
    pgbench.Initialize();
}

// --beside FOLDER DATABASE: compares with another build of the gateway, on its own database, in alternating slices of the same
// run.
if (Array.IndexOf(args, "--beside") is var other and > 0)
{
    return await Beside.Run((AppContext.BaseDirectory, database), (args[other + 1], args[other + 2]), args[(other + 3)..]);
}

Dictionary<string, List<double>> ratios = [];
void Note(string name, double value) => (ratios.TryGetValue(name, out var list) ? list : ratios[name] = []).Add(value);

// --gateways: runs several gateways over one database, and nothing else.
if (args.Contains("--gateways"))
{
    await Gateways.Run(database, MemberCount / 5, cycles, slice, warm, report, Note);
    report.Ratios(ratios, Ratio.OfGateways);
    return report.Write(output);
}

// --rules: measures what rules cost beside callers, and nothing else.
if (args.Contains("--rules"))
{
    await RuleLoads.Run(database, MemberCount, cycles, slice, warm, report, Note);
    report.Ratios(ratios, Ratio.OfRules);
    return report.Write(output);
}

// --spending: measures payments with points and rewards, and nothing else.
if (args.Contains("--spending"))
{
    await SpendingLoads.Run(database, MemberCount, cycles, slice, warm, report, Note);
    report.Ratios(ratios, Ratio.OfSpending);
    return report.Write(output);
}

// --sqlite: compares the embedded database with PostgreSQL, and nothing else.
if (args.Contains("--sqlite"))
{
    using var beside = await Server.Run(database);
    var there = await Coalition.Found(beside, MemberCount);
    await Load.Closed(64, warm, beside.Id, caller => there.Transfer(caller, MemberCount));
    await Embedded.Run(cycles, slice, warm, report, Note, async () =>
    {
        var result = await Load.Closed(64, slice, beside.Id, caller => there.Transfer(caller, MemberCount));
        report.Row("transfer", 64, result);
        return result;
    });
    report.Ratios(ratios, Ratio.All.Where(ratio => ratio.Name.StartsWith("sqlite", StringComparison.Ordinal)));
    return report.Write(output);
}

using var server = await Server.Run(database);
var coalition = await Coalition.Found(server, MemberCount);

// The baseline writes without any journal. It has its own database, founded by a gateway that has stopped.
using (var founder = await Server.Run(usual))
{
    // A few transfers, so that the exchange accounts exist.
    var founded = await Coalition.Found(founder, MemberCount);
    await Load.Closed(16, TimeSpan.FromSeconds(2), founder.Id, caller => founded.Transfer(caller, MemberCount));
}

History.Analyze(usual);
History.Analyze(database);
var baseline = await Baseline.Over(usual);
Report.Line($"{MemberCount} members");

async Task<LoadResult> Measure(string name, int callers, Func<int, Task<bool>> call)
{
    var result = await Load.Closed(callers, slice, server.Id, call);
    report.Row(name, callers, result);
    Books.Check(database, usual);
    return result;
}

if (Array.IndexOf(args, "--only") is var only and > 0)
{
    (string Name, Func<int, Task<bool>> Call)[] loads =
    [
        ("transfer", caller => coalition.Transfer(caller, MemberCount)), ("purchase", coalition.Purchase), ("ruled", coalition.RuledPurchase), ("balances", coalition.Balances),
        ("token", coalition.Authorised), ("empty", coalition.Empty),
    ];
    var wanted = args.Skip(only + 2).ToArray();
    for (var watch = System.Diagnostics.Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < int.Parse(args[only + 1]);)
    {
        foreach (var (name, call) in loads.Where(load => wanted.Length == 0 || wanted.Contains(load.Name)))
        {
            await Measure(name, 64, call);
        }
    }

    return 0;
}

var log = new AuditLog(database);
Report.Title("warm-up");
await Load.Closed(64, warm, server.Id, caller => coalition.Transfer(caller, MemberCount));
await Load.Closed(64, warm / 2, server.Id, coalition.Purchase);
await Load.Closed(64, warm / 4, server.Id, coalition.RuledPurchase);
await Load.Closed(64, warm / 4, server.Id, coalition.Balances);

// The counters of caps and tiers were empty when the set-up analysed the tables.
History.Analyze(database);

// If the machine drifted during a cycle, the cycle does not count and is repeated.
for (var (counted, cycle) = (0, 1); counted < cycles && cycle <= 2 * cycles; cycle++)
{
    Report.Title($"cycle {cycle}, {counted} of {cycles} counted");
    var before = pgbench.Measure(16, slice);

    // Measured twice: once before the load that it is compared with, once after. The first slice pays for the writes that TPC-B
    // left pending.
    var first = await Measure("transfer", 64, caller => coalition.Transfer(caller, MemberCount));
    LoadResult unlogged;
    using (log.Hold())
    {
        unlogged = await Measure("transfer, the audit log held back", 64, caller => coalition.Transfer(caller, MemberCount));
    }

    await log.CatchUp();
    var transfers = LoadResult.Mean(first, await Measure("transfer", 64, caller => coalition.Transfer(caller, MemberCount)));
    var hot = await Measure($"transfer, {HotCount} hot members", 64, caller => coalition.Transfer(caller, HotCount));
    var earnings = await Measure("purchase", 64, coalition.Purchase);
    var ruled = await Measure("purchase, full rules", 64, coalition.RuledPurchase);
    var single = await Measure("EF, a transaction a call", 64, baseline.Transfer);
    var empty = await Measure("empty call", 64, coalition.Empty);
    var token = await Measure("call with a token", 64, coalition.Authorised);
    var reads = await Measure("GetBalances", 64, coalition.Balances);
    var lone = await Measure("transfer", 1, caller => coalition.Transfer(caller, MemberCount));
    var loneTpcb = pgbench.Measure(1, slice);
    var after = pgbench.Measure(16, slice);
    var tpcb = (before.PerSecond + after.PerSecond) / 2;
    Report.Line($"TPC-B at 16: {before.PerSecond:0} and {after.PerSecond:0}/s, p99 {after.P99:0.00} ms; at 1: p50 {loneTpcb.P50:0.00} ms");
    if (Math.Abs(before.PerSecond - after.PerSecond) / tpcb > 0.15)
    {
        Report.Line("discarded: the machine drifted by more than 15 %");
        continue;
    }

    counted++;
    Note("transfers_vs_tpcb", transfers.PerSecond / tpcb);
    Note("earnings_vs_tpcb", earnings.PerSecond / tpcb);
    Note("ruled_vs_plain_purchases", ruled.PerSecond / earnings.PerSecond);
    Note("transfers_vs_baseline", transfers.PerSecond / single.PerSecond);
    Note("log_vs_none", transfers.PerSecond / unlogged.PerSecond);
    Note("hot_vs_cold", hot.PerSecond / transfers.PerSecond);
    Note("p99_vs_tpcb", transfers.P99 / ((before.P99 + after.P99) / 2));
    Note("lone_p50_vs_tpcb", lone.P50 / loneTpcb.P50);
    Note("token_vs_empty_call", token.PerSecond / empty.PerSecond);
    Note("reads_vs_empty_call", reads.PerSecond / empty.PerSecond);
    Note("gateway_cpu_vs_empty_call", transfers.GatewayCpu / empty.GatewayCpu);
    Note("database_cpu_vs_tpcb", transfers.DatabaseCpu / ((before.DatabaseCpu + after.DatabaseCpu) / 2));
}

Report.Title("other loads");
foreach (var callers in new[] { 16, 256 })
{
    await Measure("transfer", callers, caller => coalition.Transfer(caller, MemberCount));
}

var capacity = await Measure("transfer", 64, caller => coalition.Transfer(caller, MemberCount));
report.Row("transfer, open loop at 70 %", 0, await Load.Open(capacity.PerSecond * 0.7, slice, server.Id, caller => coalition.Transfer(caller, MemberCount)));
Report.Line($"gateway's peak memory {server.PeakMegabytes:0} MB");

using (var reading = await Server.Run(forgetful, ("Gateway__RememberedRows", "0")))
{
    var read = await Coalition.Found(reading, MemberCount);
    History.Analyze(forgetful);
    await Load.Closed(64, warm / 2, reading.Id, caller => read.Transfer(caller, MemberCount));
    var each = await Load.Closed(64, slice, reading.Id, caller => read.Transfer(caller, MemberCount));
    report.Row("transfer, nothing remembered", 64, each);
    Books.Check(forgetful);
    Report.Line($"remembering rows: {capacity.PerSecond / each.PerSecond:0.00} times as many transfers as reading them in each batch");
}

Report.Title("the audit log");
var (covered, _) = await log.CatchUp();
using (log.Hold())
{
    await Load.Closed(64, slice * 4, server.Id, caller => coalition.Transfer(caller, MemberCount));
}

var (logged, took) = await log.CatchUp();
Report.Line($"{logged - covered} events taken into a tree of {covered} in {took.TotalSeconds:0.0} s, up to 1 s of waiting included");
report.Row("inclusion proof", 1, await Load.Closed(1, slice / 2, server.Id, coalition.Prove));

Report.Title("growth");
if (isQuick)
{
    Report.Line("passed over");
}
else
{
    // By now the first database has millions of entries.
    using var old = await Server.Run(grown);
    using var young = await Server.Run(fresh);
    var (there, here) = (await Coalition.Found(old, MemberCount), await Coalition.Found(young, MemberCount));
    History.Grow(grown, EntriesGrown);
    History.Analyze(fresh);
    await Load.Closed(64, warm, old.Id, caller => there.Transfer(caller, MemberCount));
    await Load.Closed(64, warm, young.Id, caller => here.Transfer(caller, MemberCount));
    for (var cycle = 1; cycle <= cycles; cycle++)
    {
        var few = await Load.Closed(64, slice, young.Id, caller => here.Transfer(caller, MemberCount));
        report.Row("transfer, few entries", 64, few);
        var many = await Load.Closed(64, slice, old.Id, caller => there.Transfer(caller, MemberCount));
        report.Row("transfer, 10,000,000 entries", 64, many);
        Books.Check(fresh, grown);
        Note("growth", many.PerSecond / few.PerSecond);
    }
}

Report.Title("SQLite");
await Embedded.Run(cycles, slice, warm, report, Note, () => Measure("transfer", 64, caller => coalition.Transfer(caller, MemberCount)));

Report.Title("several gateways");
await Gateways.Run(shared, MemberCount / 5, cycles, slice, warm, report, Note);

Report.Title("start to first served call, published ReadyToRun");
for (var cycle = 1; cycle <= cycles; cycle++)
{
    using var started = await Server.RunFrom(published, null);
    var empty = await Server.StartOfEmpty(empties);
    Report.Line($"start: {started.Start.TotalMilliseconds:0} ms, of an empty gRPC server {empty.TotalMilliseconds:0} ms");
    Note("start_vs_empty_server", started.Start / empty);
}

Report.Title("the books");
var verified = Verification.RunOnPostgres(database);
Report.Line($"{verified.Events} events, {verified.Entries} entries, {verified.Problems.Count} problems");

Report.Title("ratios");
report.Ratios(ratios, isQuick ? Ratio.All.Where(ratio => ratio.Name != "growth") : Ratio.All);

return verified.Problems.Count > 0 ? 1 : report.Write(output);
