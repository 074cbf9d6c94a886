using System.Diagnostics;
using System.Net;
using Npgsql;

namespace CoalitionGateway.Testing.Processes;

/// <summary>Two PostgreSQL servers under Patroni, with one etcd. Patroni decides which of them is the primary.</summary>
internal sealed class PatroniCluster : IDisposable
{
    private const string _etcd = "etcd";
    private const string _patroni = "patroni";
    private readonly List<Process> _processes = [];
    private readonly List<(PostgresServer Server, int Api)> _nodes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <param name="folder">An empty folder; the server's user becomes its owner.</param>
    public PatroniCluster(string folder)
    {
        PostgresServer.Give(folder);
        var (store, peers) = (GatewayProcess.FreePort(), GatewayProcess.FreePort());
        Run(folder, _etcd,
            "--data-dir", Path.Combine(folder, "etcd"), "--listen-client-urls", $"http://127.0.0.1:{store}", "--advertise-client-urls", $"http://127.0.0.1:{store}",
            "--listen-peer-urls", $"http://127.0.0.1:{peers}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peers}", "--initial-cluster", $"default=http://127.0.0.1:{peers}");
        foreach (var name in new[] { "one", "two" })
        {
            var (port, api) = (GatewayProcess.FreePort(), GatewayProcess.FreePort());
            var data = Path.Combine(folder, name);
            var settings = Path.Combine(folder, $"{name}.yaml");
            File.WriteAllText(settings, Settings(name, data, port, api, store));
            Run(folder, _patroni, settings);
            _nodes.Add((PostgresServer.At(data, port), api));
        }

        try
        {
            UntilStandbyIsSynchronous();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A cluster takes long to start: it is for the long runs.</summary>
    public static void SkipWithout() => Assert.SkipUnless(
        Soak.Soaks && new[] { _etcd, _patroni }.All(command => File.Exists(Path.Combine("/usr/bin", command))), "Runs with --soak, where Patroni and etcd are installed.");

    /// <summary>The primary that Patroni has chosen.</summary>
    public PostgresServer Primary()
    {
        PostgresServer? found = null;
        Wait(() => (found = _nodes.FirstOrDefault(node => Says(node.Api, "primary")).Server) is not null, "Patroni has no primary");
        return found!;
    }

    /// <summary>Waits until each commit waits for the standby. Only then may Patroni promote it.</summary>
    public void UntilStandbyIsSynchronous() => Wait(
        () => _nodes.Any(node => Says(node.Api, "sync")) && _nodes.Any(node => Says(node.Api, "primary") && IsFollowed(node.Server)), "Patroni has no synchronous standby");

    public string ForGateways(string database) => _nodes[0].Server.ForGateways(database, _nodes[1].Server);

    public void Dispose()
    {
        // The agents first: they would start the servers again.
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _nodes.ForEach(node => node.Server.Dispose());
        _http.Dispose();
    }

    private static bool IsFollowed(PostgresServer server)
    {
        try
        {
            return server.Scalar("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static void Wait(Func<bool> holds, string problem)
    {
        for (var end = DateTime.UtcNow + Soak.Patience; !holds(); Thread.Sleep(100))
        {
            Assert.True(DateTime.UtcNow < end, $"{problem} after {Soak.Patience.TotalSeconds} seconds.");
        }
    }

    /// <summary>A lost server is not started again as the primary: its standby takes over at once.</summary>
    private static string Settings(string name, string data, int port, int api, int store) => $"""
        scope: coalition
        name: {name}
        restapi: {"{"} listen: '127.0.0.1:{api}', connect_address: '127.0.0.1:{api}' {"}"}
        etcd3: {"{"} host: '127.0.0.1:{store}' {"}"}
        bootstrap:
          dcs:
            ttl: 20
            loop_wait: 1
            retry_timeout: 5
            master_start_timeout: 0
            synchronous_mode: true
            synchronous_mode_strict: true
          initdb: [auth-host: trust, auth-local: trust, encoding: UTF8, locale: C, wal-segsize: '1']
          pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
        postgresql:
          listen: '127.0.0.1:{port}'
          connect_address: '127.0.0.1:{port}'
          data_dir: {data}
          bin_dir: {PostgresServer.Programs}
          pgpass: {data}.pgpass
          remove_data_directory_on_diverged_timelines: true
          remove_data_directory_on_rewind_failure: true
          authentication:
            superuser: {"{"} username: postgres {"}"}
            replication: {"{"} username: replicator {"}"}
          parameters: {"{"} unix_socket_directories: '', shared_buffers: 32MB, max_connections: 120 {"}"}

        """;

    private bool Says(int api, string role)
    {
        try
        {
            using var answer = _http.GetAsync(new Uri($"http://127.0.0.1:{api}/{role}")).GetAwaiter().GetResult();
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Run(string folder, string command, params string[] arguments) => _processes.Add(
        PostgresServer.StartAsUser(Path.Combine("/usr/bin", command), Path.Combine(folder, $"{command}-{_processes.Count}.log"), arguments));
}
