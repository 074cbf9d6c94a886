using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CoalitionGateway.Testing.Processes;

/// <summary>
/// The gateway as operators run it: a process that is started, killed, and started again on the same data and ports.
/// </summary>
internal sealed class GatewayProcess : IDisposable
{
    public const string Secret = "survival-secret-of-the-operator";

    /// <summary>The app in which operators sign in.</summary>
    public const string Console = "console";
    public const string App = "survival-app";
    private const int _maxFiles = 15_000;

    private readonly string _log = Path.Combine(Path.GetTempPath(), $"coalition-survival-{Guid.NewGuid():N}.log");
    private Process? _process;

    /// <param name="data">The data directory.</param>
    /// <param name="postgres">Connection string of the application's role; null: SQLite in the data directory.</param>
    public GatewayProcess(string data, string? postgres = null) => (Data, Postgres) = (data, postgres);

    public string Data { get; }

    public string? Postgres { get; }

    public Uri Grpc { get; } = FreeUrl();

    public Uri Http { get; } = FreeUrl();

    /// <summary>The address where this gateway accepts the commands of other gateways while it leads.</summary>
    public string Peers { get; init; } = $"127.0.0.1:{FreePort()}";

    /// <summary>Settings beside the usual ones, by their name without "Gateway:".</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>How many days this gateway's clock is ahead of this machine's. Below zero: behind. Holds from the next start on.</summary>
    public int ClockDays { get; set; }

    /// <summary>Whether this gateway's sweeps settle nothing. Holds from the next start on.</summary>
    public bool NeverSweeps { get; set; }

    public bool IsAlive => _process is { HasExited: false };

    public int Id => _process!.Id;

    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>Memory in use, as the kernel counts it.</summary>
    public long RssMegabytes =>
        long.Parse(Regex.Match(File.ReadAllText($"/proc/{Id}/status"), @"VmRSS:\s+(\d+) kB").Groups[1].Value) / 1024;

    public async Task Start()
    {
        var arguments = $"serve --data '{Data}' --grpc {Grpc.OriginalString} --http {Http.OriginalString}" + (Postgres is null ? "" : $" --postgres '{Postgres}'");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo("sh", ["-c", $"ulimit -n {_maxFiles} 2>/dev/null; exec '{dotnet}' '{Path.Combine(AppContext.BaseDirectory, "coalition.dll")}' {arguments} >>'{_log}' 2>&1"]);
        start.Environment["Gateway__Sandbox"] = "true";
        start.Environment["Gateway__PeerAddress"] = Peers;
        start.Environment["Gateway__RateLimits__0__CallsPerSecond"] = "1000000";
        start.Environment["Gateway__RateLimits__0__Burst"] = "1000000";
        start.Environment["Gateway__StoredPerDay"] = "0";
        start.Environment["Gateway__Clients__0__ClientId"] = "operator";
        start.Environment["Gateway__Clients__0__Kind"] = "Operator";
        start.Environment["Gateway__Clients__0__SecretSha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
        start.Environment["Gateway__Clients__1__ClientId"] = App;
        start.Environment["Gateway__Clients__1__Kind"] = "Member";
        start.Environment["Gateway__Clients__2__ClientId"] = Console;
        start.Environment["Gateway__Clients__2__Kind"] = "Operator";
        foreach (var (name, value) in Settings)
        {
            start.Environment[$"Gateway__{name}"] = value;
        }

        Shift(start.Environment);
        _process?.Dispose();
        _process = Process.Start(start)!;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var end = DateTime.UtcNow + Soak.Patience; ; await Task.Delay(50))
        {
            Assert.True(IsAlive && DateTime.UtcNow < end, $"The gateway does not start:\n{Log}");
            try
            {
                using var answer = await http.GetAsync(new Uri(Http, "healthz"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
            }
        }
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop, as an operator or a scheduler does.</summary>
    public void Terminate() => Signal("TERM");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> ExitCode()
    {
        using var patience = new CancellationTokenSource(Soak.Patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (IsAlive)
        {
            Kill();
        }

        _process?.Dispose();
        File.Delete(_log);
    }

    private void Shift(IDictionary<string, string?> environment)
    {
        if (ClockDays != 0 || NeverSweeps)
        {
            environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            environment[StartupHook.ClockDays] = ClockDays.ToString(CultureInfo.InvariantCulture);
            environment[StartupHook.NeverSweeps] = NeverSweeps ? "1" : null;
        }
    }

    /// <summary>A port that the system gives to no outgoing connection while the server is down for a moment.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // The port is taken.
            }
        }
    }

    private static Uri FreeUrl() => new($"http://127.0.0.1:{FreePort()}");
}
