using System.CommandLine;
using System.Diagnostics;
using System.Threading.Channels;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Cli;

/// <summary>coalition replay: sends a file of real purchases through the gateway, one stream for each brand.</summary>
internal static class ReplayCommand
{
    private const int _progressEvery = 500;

    /// <summary>All rows were sent, and some were refused.</summary>
    private const int _refusedExitCode = 3;

    /// <summary>The exit code of shells for Ctrl+C.</summary>
    private const int _stoppedExitCode = 130;

    /// <summary>The largest number of brands in a file. Each brand is a partner with its own stream.</summary>
    private const int _maxBrands = 500;

    private const int _defaultPatienceSeconds = 300;
    private const int _tellEveryMilliseconds = 30_000;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Purchases, as .csv or .csv.gz" };
        var data = Options.Data();
        var server = new Option<string?>("--server") { Description = "A running gateway, instead of one over --data", HelpName = "ADDR" };
        var credentials = new Option<string?>("--credentials") { Description = "The running gateway's sandbox.json", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Write the result as JSON", HelpName = "OUT" };
        var rules = new Option<string?>("--rules") { Description = "Rules for all brands or single ones, instead of 1 point for each pound", HelpName = "RULES.json" };
        var patience = new Option<int>("--patience") { Description = "How long to wait for a gateway that does not answer, since it answered last", HelpName = "SECONDS", DefaultValueFactory = _ => _defaultPatienceSeconds };
        var command = new Command("replay", "Send a file of purchases through the gateway") { file, data, server, credentials, rules, json, patience };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(server) is null != parsed.GetValue(credentials) is null)
            {
                parsed.AddError("--server and --credentials go together.");
            }

            if (parsed.GetValue(patience) < 0)
            {
                parsed.AddError("--patience is a number of seconds, 0 or more.");
            }
        });
        command.SetAction(async (parsed, stop) =>
        {
            // Signal handling starts when the action first waits.
            await Task.Yield();
            var given = parsed.GetValue(rules) is { } path ? new RuleFile(path) : null;
            var report = parsed.GetValue(server) is { } address
                ? await OnServer(parsed.GetValue(file)!, given, SandboxFile.Read(parsed.GetValue(credentials)!) with { Grpc = Address(address) }, Patience(parsed.GetValue(patience)), stop)
                : await OnDirectory(parsed.GetValue(file)!, parsed.GetValue(data)!, given, Patience(parsed.GetValue(patience)), stop);
            report.Print();
            if (parsed.GetValue(json) is { } written)
            {
                report.Write(written);
            }

            if (report.IsStopped)
            {
                ErrorOutput.WriteLine("Stopped before the end of the file. A second run goes on where this one stopped: what was recorded is not recorded twice.");
            }

            if (report.Refused > 0)
            {
                ErrorOutput.WriteLine($"{report.Refused} of {report.Rows} rows were refused. The output names each with its line and why.");
            }

            return !report.Ledger.Balanced ? 1 : report.IsStopped ? _stoppedExitCode : report.Refused > 0 ? _refusedExitCode : 0;
        });
        return command;
    }

    /// <summary>The gateway's address. A host and port without a scheme mean http.</summary>
    private static string Address(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri.ToString()
            : throw new CommandFailedException($"--server {text} is no address; it is one like 127.0.0.1:5100 or https://gateway.example.");

    public static async Task<ReplayReport> OnDirectory(string path, string data, RuleFile? rules = null, Retries? retries = null, CancellationToken stop = default)
    {
        using var file = new PurchaseFile(path);
        var (operatorCredential, officerCredential) = (LocalCredential.New("replay-operator"), LocalCredential.New("replay-officer"));
        await using var gateway = await LocalGateway.Start(
            Place.Free(data), sandbox: true, LogLevel.Error, operatorCredential.As(CallerKind.Operator), officerCredential.As(CallerKind.Officer),
            new ConfiguredClient { ClientId = SandboxCoalition.Operators.ClientId, Kind = CallerKind.Operator });
        gateway.EndPreparation();
        using var connection = Connection.To(gateway.Options, retries);
        return await Run(
            file, rules, connection, connection.As(operatorCredential.ClientId, operatorCredential.Secret, console: SandboxCoalition.Operators), connection.As(officerCredential.ClientId, officerCredential.Secret), stop);
    }

    private static async Task<ReplayReport> OnServer(string path, RuleFile? rules, SandboxFile sandbox, Retries retries, CancellationToken stop)
    {
        using var file = new PurchaseFile(path);
        using var connection = Connection.To(sandbox, retries);
        return await Run(file, rules, connection, connection.As(sandbox.Operator, console: sandbox.OperatorsClient), connection.As(sandbox.Officer), stop);
    }

    /// <summary>Waits for a gateway that is away. Reports the wait at most every half minute over all brands.</summary>
    private static Retries Patience(int seconds)
    {
        var told = long.MinValue;
        return new Retries
        {
            Patience = TimeSpan.FromSeconds(seconds),
            Waiting = (failed, _) =>
            {
                var (now, before) = (Environment.TickCount64, Volatile.Read(ref told));
                if (failed.StatusCode != StatusCode.ResourceExhausted && now - _tellEveryMilliseconds > before && Interlocked.CompareExchange(ref told, now, before) == before)
                {
                    ErrorOutput.WriteLine($"{FailedCall.Say(failed)} Waiting for it for {seconds} s at most, to go on where it stopped.");
                }
            },
        };
    }

    private static async Task<ReplayReport> Run(
        PurchaseFile file, RuleFile? rules, Connection connection, CoalitionClient asOperator, CoalitionClient asOfficer, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (rows, malformed) = (0L, 0L);
        using var founding = new BrandFounding(connection, asOperator, rules);
        var brands = new Dictionary<string, (BrandReplay Replay, Task<BrandResult> Running)>();
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            var task = progress.AddTask("replay", maxValue: 1);
            foreach (var read in file.Rows())
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                if (rows++ % _progressEvery == 0)
                {
                    task.Value = file.Progress;
                }

                if (read.Row is not { } row)
                {
                    malformed++;
                    Report(read.Line, read.Problem!);
                    continue;
                }

                if (!brands.TryGetValue(row.Brand, out var brand))
                {
                    if (brands.Count == _maxBrands)
                    {
                        malformed++;
                        Report(read.Line, $"the file has more than {_maxBrands} brands");
                        continue;
                    }

                    var replay = new BrandReplay(row.Brand, connection, founding, Report, stop);
                    brand = brands[row.Brand] = (replay, Task.Run(replay.Run));
                }

                if (brand.Running.IsFaulted)
                {
                    break;
                }

                try
                {
                    await brand.Replay.Add(read);
                }
                catch (Exception ended) when (ended is ChannelClosedException or OperationCanceledException)
                {
                    break;
                }
            }

            foreach (var (replay, _) in brands.Values)
            {
                replay.Complete();
            }

            await Task.WhenAll(brands.Values.Select(brand => brand.Running));
            task.Value = stop.IsCancellationRequested ? file.Progress : 1;
        });
        var results = brands.Values.Select(brand => brand.Running.Result).OrderBy(result => result.Brand, StringComparer.Ordinal).ToArray();
        TellUnused(stop.IsCancellationRequested ? null : rules, brands.Keys);
        var elapsed = watch.Elapsed.TotalSeconds;
        var summary = await asOfficer.Audit.GetLedgerSummaryAsync(new GetLedgerSummaryRequest(), cancellationToken: CancellationToken.None);
        return Sum(results, rows, malformed, elapsed, new LedgerResult(summary.Balanced, summary.EntryCount), stop.IsCancellationRequested);
    }

    /// <summary>Names the brands that have rules and no rows: a name may be misspelt.</summary>
    private static void TellUnused(RuleFile? rules, IEnumerable<string> brands)
    {
        if (rules?.Without(brands).ToArray() is { Length: > 0 } unused)
        {
            ErrorOutput.WriteLine($"The rule file has rules for {Printable.Line(string.Join(", ", unused))}, and the file of purchases has no such brand. Write a brand's name as in the file of purchases.");
        }
    }

    private static ReplayReport Sum(BrandResult[] results, long rows, long malformed, double elapsed, LedgerResult ledger, bool isStopped)
    {
        var (accepted, refused) = (results.Sum(result => result.Purchases + result.Refunds), malformed + results.Sum(result => result.Refused));

        // After a stop, rows that were read but not sent have no outcome, so they are not counted.
        var told = isStopped ? accepted + refused : rows;
        return new ReplayReport(told, accepted, refused, Math.Round(elapsed, 3), Math.Round(told / elapsed, 1), results, ledger) { IsStopped = isStopped };
    }

    /// <summary>Prints a problem. Control characters are replaced by U+FFFD: a file's text must not steer the terminal.</summary>
    private static void Report(int line, string problem) =>
        AnsiConsole.MarkupLineInterpolated($"[yellow]line {line}: {string.Concat(problem.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter))}[/]");
}
