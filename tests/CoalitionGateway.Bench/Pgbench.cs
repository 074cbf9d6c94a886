using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>
/// Runs pgbench's TPC-B-like transaction, prepared, on the same server. It shows the cost of a bare database transaction on this
/// machine.
/// </summary>
internal sealed partial class Pgbench(string folder, string server)
{
    private const int _scale = 50;
    private readonly NpgsqlConnectionStringBuilder _server = new(server);

    public void Initialize() => Run($"--initialize --scale {_scale} --quiet");

    /// <summary>
    /// Measures transactions a second, p50 and p99 of their latency in milliseconds, and PostgreSQL's CPU time per transaction
    /// in microseconds.
    /// </summary>
    public (double PerSecond, double P50, double P99, double DatabaseCpu) Measure(int clients, TimeSpan time)
    {
        var logs = Directory.CreateTempSubdirectory("pgbench-").FullName;
        var before = Cpu.OfDatabase();
        var output = Run($"--client {clients} --jobs {Math.Min(2, clients)} --time {time.TotalSeconds:0} --protocol prepared --no-vacuum --log --log-prefix {logs}/log --sampling-rate 0.2");
        var latencies = Directory.GetFiles(logs).SelectMany(File.ReadLines)
            .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1000).Order().ToArray();
        Directory.Delete(logs, recursive: true);
        var perSecond = double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return (perSecond, Load.At(latencies, 0.5), Load.At(latencies, 0.99), (Cpu.OfDatabase() - before) / (perSecond * time.TotalSeconds));
    }

    private string Run(string arguments)
    {
        var info = new ProcessStartInfo(
            Path.Combine(folder, "pgbench"), $"--host {_server.Host} --port {_server.Port} --username {_server.Username} {arguments} pgbench")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"pgbench failed: {errors.Result}");
    }

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Tps();
}
