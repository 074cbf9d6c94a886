using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Client;
using Grpc.Net.Client;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Bench;

/// <summary>A gateway in a separate process.</summary>
internal sealed class Server : IDisposable
{
    public const string Operator = "bench-operator";
    private const string _app = "bench-app";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Process _process;

    private Server(Process process, string data, string grpc, string http, TimeSpan start)
    {
        (_process, Data, Http, Start) = (process, data, http, start);
        Tokens = new Tokens(data, http);

        // A connection carries at most 100 calls at once.
        Channels = [.. Enumerable.Range(0, 4).Select(_ => GrpcChannel.ForAddress(grpc, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } }))];
    }

    public int Id => _process.Id;

    public string Data { get; }

    public string Http { get; }

    /// <summary>The time from the start of the process to its first served call.</summary>
    public TimeSpan Start { get; }

    public Tokens Tokens { get; }

    public IReadOnlyList<GrpcChannel> Channels { get; }

    /// <summary>The process's peak memory, in megabytes.</summary>
    public double PeakMegabytes => double.Parse(File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;

    /// <param name="postgres">A database; null: SQLite.</param>
    public static Task<Server> Run(string? postgres, params (string Name, string Value)[] settings) => RunFrom(AppContext.BaseDirectory, postgres, settings);

    /// <summary>
    /// Starts a further gateway over the database of a running one. It has the same keys and accepts the same tokens.
    /// </summary>
    public static async Task<Server> RunBeside(Server first, string postgres)
    {
        var data = Directory.CreateTempSubdirectory("coalition-bench-").FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(first.Data, "keys"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(data, Path.GetRelativePath(first.Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return await RunFrom(AppContext.BaseDirectory, data, postgres, ("Gateway__IssuerUrl", first.Http));
    }

    /// <param name="folder">The folder of the program.</param>
    /// <param name="postgres">A database; null: SQLite.</param>
    /// <param name="settings">Settings for the environment.</param>
    public static Task<Server> RunFrom(string folder, string? postgres, params (string Name, string Value)[] settings) =>
        RunFrom(folder, Directory.CreateTempSubdirectory("coalition-bench-").FullName, postgres, settings);

    private static async Task<Server> RunFrom(string folder, string data, string? postgres, params (string Name, string Value)[] settings)
    {
        var (grpc, http) = (FreeUrl(), FreeUrl());
        var info = new ProcessStartInfo(
            "dotnet", [Path.Combine(folder, "coalition.dll"), "serve", "--data", data, "--grpc", grpc, "--http", http])
        {
            RedirectStandardOutput = true,
        };
        info.Environment["Gateway__Postgres"] = postgres ?? "";
        info.Environment["Gateway__Clients__0__ClientId"] = Operator;
        info.Environment["Gateway__Clients__0__Kind"] = "Operator";
        info.Environment["Gateway__Clients__0__SecretSha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("unused")));
        info.Environment["Gateway__Clients__1__ClientId"] = _app;
        info.Environment["Gateway__Clients__1__Kind"] = "Member";
        info.Environment["Gateway__Sandbox"] = "true";
        info.Environment["Gateway__RateLimits__0__CallsPerSecond"] = "1000000";
        info.Environment["Gateway__RateLimits__0__Burst"] = "1000000";
        info.Environment["Gateway__StoredPerDay"] = "0";
        foreach (var (name, value) in settings)
        {
            info.Environment[name] = value;
        }

        var (process, start) = await Begin(info, grpc);
        return new Server(process, data, grpc, http, start);
    }

    /// <summary>The time that a gRPC server which does nothing else takes from its start to its first served call.</summary>
    /// <param name="folder">The folder of the program "empty".</param>
    public static async Task<TimeSpan> StartOfEmpty(string folder)
    {
        var grpc = FreeUrl();
        var (process, start) = await Begin(new ProcessStartInfo("dotnet", [Path.Combine(folder, "empty.dll"), grpc]) { RedirectStandardOutput = true }, grpc);
        using (process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        return start;
    }

    private static async Task<(Process Process, TimeSpan Start)> Begin(ProcessStartInfo info, string grpc)
    {
        var watch = Stopwatch.StartNew();
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                using var channel = GrpcChannel.ForAddress(grpc);
                await new Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new Grpc.Health.V1.HealthCheckRequest());
                return (process, watch.Elapsed);
            }
            catch (Grpc.Core.RpcException) when (!process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>The id of the member with a membership number, as the member's own token names it.</summary>
    public async Task<string> MemberId(string membershipNumber)
    {
        var signIn = new MemberSignIn(Http, new Uri($"{Http}/oauth/authorize"), new Uri($"{Http}/oauth/token"), _app, "http://127.0.0.1:9/callback", membershipNumber);
        using var answer = await _http.GetAsync(signIn.AuthorizeUrl);
        var redirected = answer.Headers.Location ?? throw new InvalidOperationException($"{signIn.AuthorizeUrl} answers {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return new JsonWebToken((await signIn.Redeem(_http, redirected)).Token).Subject;
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var channel in Channels)
        {
            channel.Dispose();
        }

        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    public static string FreeUrl()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}
