using System.Diagnostics;
using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Directed;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Testing.Requests;
using CoalitionGateway.V1;

namespace CoalitionGateway.Fuzz.Tests.Hosting;

/// <summary>
/// One fuzzing campaign. Directed sequences run first. Then random calls, requests and frames run beside a normal load until the
/// time is over. The tests check the results.
/// </summary>
public sealed class FuzzedGateway : IAsyncLifetime
{
    private const int _rpcFuzzers = 6;
    private const int _httpFuzzers = 2;

    private readonly BoundedLog _log = new();
    private BadInputCoalition _coalition = null!;

    internal Coverage Coverage { get; } = new();

    internal Findings Findings { get; } = new();

    internal BoundedLog Log => _log;

    internal NormalLoad Load { get; private set; } = null!;

    internal Memory Before { get; private set; } = null!;

    internal Memory After { get; private set; } = null!;

    internal long PeakRssMegabytes { get; private set; }

    /// <summary>How long the fuzzers sent. The log's lines are counted against this time.</summary>
    internal TimeSpan Took { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Settings.Tell($"COALITION_FUZZ_SEED={Settings.Seed}, {Settings.Duration.TotalSeconds} seconds, {(TestDatabase.IsPostgres ? "PostgreSQL" : "SQLite")}; what is sent last, should the process end: {Path.GetTempPath()}coalition-fuzz-{Environment.ProcessId}-*.txt");
        _coalition = new BadInputCoalition { Configure = Configure, Extend = _log.Use };
        await _coalition.InitializeAsync();
        var reaching = new Reaching(Coverage, Findings);
        await TableSequence.Run(_coalition, Coverage, Findings);
        await new Sequences(_coalition.Coalition, reaching).Run();
        await Deployments.Run(reaching);
        await Fuzz();
    }

    public ValueTask DisposeAsync()
    {
        Load?.Dispose();
        return _coalition.DisposeAsync();
    }

    /// <summary>The sums of all programmes.</summary>
    internal async Task<GetLedgerSummaryResponse> Summary() => await _coalition.Gateway.Officer.Audit.GetLedgerSummaryAsync(new GetLedgerSummaryRequest());

    /// <summary>Replays all events and verifies the rows.</summary>
    internal VerificationReport Verify() => TestDatabase.IsPostgres
        ? Verification.RunOnPostgres(_coalition.Gateway.Options.Postgres)
        : Verification.Run(_coalition.Gateway.Options.DataDirectory);

    /// <summary>Sets tight bounds, so that one minute is enough to show whether they hold.</summary>
    private static void Configure(GatewayOptions options) =>
        (options.RememberedRows, options.Privacy.ExportsPerCaller, options.Privacy.ExportPartSeconds) = (5000, 1, 1);

    private async Task Fuzz()
    {
        var gateway = _coalition.Gateway;
        Load = new NormalLoad(gateway, Findings);
        await Load.Found();
        var words = new Vocabulary(Load.Owns);
        words.Add("partner_id", "alpha");
        words.Add("partner_id", "beta");
        words.Add("partner_id", "gamma");
        words.Add("expendable", _coalition.Values["bare"]);
        words.Add("membership_number", _coalition.Values["number"]);
        words.Add("membership_number", _coalition.Values["friend"]);
        words.Add("member_id", _coalition.Values["memberId"]);
        var callers = new Callers(_coalition, words);
        await callers.Tend();

        using var stop = new CancellationTokenSource();
        using var fuzzing = new CancellationTokenSource();
        var load = Load.Run(stop.Token);
        var tending = Tend(callers, stop.Token);
        var seeds = new Random(Settings.Seed);
        var rpc = Enumerable.Range(0, _rpcFuzzers).Select(_ => Rpc(callers, words, new Random(seeds.Next()))).ToArray();
        var http = Enumerable.Range(0, _httpFuzzers).Select(_ => new HttpFuzzer(gateway, words, Coverage, Findings, new Random(seeds.Next()))).ToArray();
        var frames = new FrameFuzzer(new Uri(gateway.Options.GrpcUrl), () => callers.Token("alpha"), new RequestGenerator(new Random(seeds.Next()), words, _coalition.Values), new Random(seeds.Next()));
        var watch = Stopwatch.StartNew();
        Task[] all = [.. rpc.Select(fuzzer => Begin(fuzzer.Run, fuzzing.Token)), .. http.Select(fuzzer => Begin(fuzzer.Run, fuzzing.Token)), Begin(frames.Run, fuzzing.Token)];

        await Watch(all, Settings.Duration / 4);
        Before = Memory.Settled();
        await Watch(all, Settings.Duration * 3 / 4);
        await fuzzing.CancelAsync();
        await Task.WhenAll(all);
        Took = watch.Elapsed;
        After = Memory.Settled();
        await stop.CancelAsync();
        await Task.WhenAll(load, tending);
        Settings.Tell($"{rpc.Sum(fuzzer => fuzzer.Calls)} calls, {http.Sum(fuzzer => fuzzer.Calls)} HTTP requests, {frames.Connections} connections in {Took.TotalSeconds:0} s; the normal load: {Load.Calls} calls, the slowest {Load.Slowest.TotalMilliseconds:0} ms; memory {Before}, then {After}, at most {PeakRssMegabytes} MB resident; log {_log.Lines} lines of {_log.Characters} characters");
        Array.ForEach(rpc, fuzzer => fuzzer.Dispose());
        Array.ForEach(http, fuzzer => fuzzer.Dispose());
    }

    private RpcFuzzer Rpc(Callers callers, Vocabulary words, Random random) => new(
        _coalition.Gateway.Options.GrpcUrl, callers, words, new RequestGenerator(random, words, _coalition.Values), Coverage, Findings, random);

    private Task Begin(Func<CancellationToken, Task> fuzzer, CancellationToken stop) => Task.Run(
        async () =>
        {
            try
            {
                await fuzzer(stop);
            }
            catch (Exception failed)
            {
                Findings.Add($"a fuzzer failed by itself: {failed.Message}", $"{failed}");
            }
        },
        CancellationToken.None);

    /// <summary>Samples memory until the time is over or one of the fuzzers has failed.</summary>
    private async Task Watch(Task[] all, TimeSpan time)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time && !all.Any(task => task.IsCompleted); await Task.Delay(200))
        {
            PeakRssMegabytes = Math.Max(PeakRssMegabytes, Memory.Rss());
        }
    }

    private static Task Tend(Callers callers, CancellationToken stop) => Task.Run(async () =>
    {
        for (; !stop.IsCancellationRequested; await Task.Delay(500, CancellationToken.None))
        {
            await callers.Tend();
        }
    }, CancellationToken.None);
}
