using System.Diagnostics;
using System.Net.Sockets;
using System.Net;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Testing;

/// <summary>
/// A Redis server of one test, which may kill it; and the server shared by all tests, COALITION_TEST_REDIS (host:port).
/// </summary>
internal sealed class TestRedis : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coalition-redis-");
    private readonly int _port = new Uri(TestGateway.FreeUrl()).Port;
    private Process? _server;

    public static string Shared => Environment.GetEnvironmentVariable("COALITION_TEST_REDIS") ?? "";

    public string Address => $"127.0.0.1:{_port}";

    /// <summary>
    /// Two gateways on one Redis whose tokens have the same issuer, like replicas. On PostgreSQL they share one database.
    /// </summary>
    public static async Task<(TestGateway First, TestGateway Second)> Replicas(string redis, Action<GatewayOptions>? configure = null, LogLines? log = null)
    {
        var first = await TestGateway.Start(configure: Configure, extend: Extend);
        return (first, await Replica(first, Configure, Extend));

        void Configure(GatewayOptions options)
        {
            options.Redis = redis;
            configure?.Invoke(options);
        }

        void Extend(WebApplicationBuilder builder)
        {
            if (log is not null)
            {
                builder.Logging.AddProvider(log);
            }
        }
    }

    /// <summary>
    /// Another gateway with the keys and the issuer of the first one. On PostgreSQL it shares the first one's database.
    /// </summary>
    public static async Task<TestGateway> Replica(TestGateway first, Action<GatewayOptions> configure, Action<WebApplicationBuilder>? extend = null)
    {
        var data = Directory.CreateTempSubdirectory("coalition-test-").FullName;
        var keys = Directory.CreateDirectory(Path.Combine(data, GatewayKeys.Folder)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(first.Options.DataDirectory, GatewayKeys.Folder)))
        {
            File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
        }

        return await TestGateway.Start(
            data,
            options =>
            {
                options.IssuerUrl = first.Options.HttpUrl;
                (options.Postgres, options.KeyPostgres) = (first.Options.Postgres, first.Options.KeyPostgres);
                configure(options);
            },
            extend);
    }

    /// <summary>Waits, a minute at most, until a gateway finds Redis reachable or unreachable.</summary>
    public static Task Seen(TestGateway gateway, bool reachable) => Until(() => Task.FromResult(gateway.Services.GetRequiredService<SharedRedis>().IsReachable == reachable));

    public static async Task Until(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "It does not come to hold.");
            await Task.Delay(20);
        }
    }

    /// <param name="password">The password that clients must send; null: none.</param>
    public async Task Start(string? password = null)
    {
        _server = Process.Start(new ProcessStartInfo("redis-server", ["--bind", "127.0.0.1", "--port", $"{_port}", "--save", "", "--appendonly", "no", "--dir", _folder.FullName, "--requirepass", password ?? ""])
        {
            RedirectStandardOutput = true,
        })!;
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        await Until(async () =>
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, _port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    public void Kill()
    {
        _server?.Kill();
        _server?.WaitForExit();
        _server?.Dispose();
        _server = null;
    }

    /// <summary>Freezes the server with its connections open, or lets it continue.</summary>
    public void Freeze(bool isFrozen)
    {
        using var signal = Process.Start("kill", [isFrozen ? "-STOP" : "-CONT", $"{_server!.Id}"]);
        signal.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }
}
