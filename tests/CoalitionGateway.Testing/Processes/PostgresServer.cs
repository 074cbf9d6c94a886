using System.Diagnostics;
using System.Globalization;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store.Postgres;
using Npgsql;

namespace CoalitionGateway.Testing.Processes;

/// <summary>
/// A durable PostgreSQL server for tests, in its own folder. Tests may kill it, fill its disk and make it refuse connections.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    public const string ApplicationRole = "coalition_app";
    private const string _ownerRole = "coalition_owner";
    private static readonly string? _bin = FindBin();
    private readonly string _data;
    private readonly string _log;
    private readonly int _port;
    private int _databases;

    /// <param name="folder">An empty folder. The server's user becomes its owner.</param>
    /// <param name="settings">Lines of postgresql.conf in addition to the usual ones.</param>
    public PostgresServer(string folder, params string[] settings)
    {
        (_data, _log, _port) = (Path.Combine(folder, "data"), Path.Combine(folder, "log"), GatewayProcess.FreePort());
        Give(folder);
        AsUser("initdb", "--pgdata", _data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--wal-segsize", "1", "--no-instructions");
        File.AppendAllLines(Path.Combine(_data, "postgresql.conf"),
        [
            "listen_addresses = '127.0.0.1'", $"port = {_port}", "unix_socket_directories = ''", "fsync = on",
            "synchronous_commit = on", "full_page_writes = on", "shared_buffers = 32MB", "max_connections = 120", .. settings,
        ]);
        Start();
    }

    /// <summary>A standby in its own folder that follows another server. Without it nothing commits on that server.</summary>
    private PostgresServer(string folder, PostgresServer primary)
    {
        (_data, _log, _port) = (Path.Combine(folder, "data"), Path.Combine(folder, "log"), GatewayProcess.FreePort());
        Give(folder);
        Copy(primary);
    }

    private PostgresServer(string data, int port) => (_data, _log, _port) = (data, "", port);

    /// <summary>The folder of PostgreSQL's programs.</summary>
    public static string Programs => _bin!;

    /// <summary>A server that something else starts.</summary>
    public static PostgresServer At(string data, int port) => new(data, port);

    /// <summary>Gives a folder to the user that runs servers.</summary>
    public static void Give(string folder)
    {
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres", folder);
        }
    }

    /// <summary>Starts a program as the user that runs servers.</summary>
    /// <param name="log">The file of its output.</param>
    public static Process StartAsUser(string path, string log, params string[] arguments)
    {
        string[] user = Environment.UserName == "root" ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] : [];
        return Process.Start("sh", ["-c", $"cd /; exec \"$@\" </dev/null >>'{log}' 2>&1", "sh", .. user, path, .. arguments]);
    }

    public static void SkipWithout()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals of POSIX are needed.");
        Assert.SkipWhen(_bin is null, "PostgreSQL's server is not installed (COALITION_TEST_POSTGRES_BIN names no folder of initdb).");
    }

    /// <summary>Makes and starts a standby of this server.</summary>
    public PostgresServer Standby(string folder) => new(folder, this);

    /// <summary>Returns as the standby of the server that took over, with a copy of its data.</summary>
    public void Rejoin(PostgresServer primary)
    {
        Kill();
        Directory.Delete(_data, recursive: true);
        Copy(primary);
    }

    /// <summary>Promotes this standby to primary.</summary>
    public void Promote() => Control("promote", "--wait", "--timeout", "60");

    /// <summary>
    /// The connection string for gateways if another server takes over from this one. The other server comes first, so that
    /// gateways must look for the primary.
    /// </summary>
    public string ForGateways(string database, PostgresServer other) =>
        $"Host=127.0.0.1:{other._port},127.0.0.1:{_port};Username={ApplicationRole};Database={database}";

    /// <summary>Whether the server answers.</summary>
    public bool Answers
    {
        get
        {
            try
            {
                Execute("SELECT 1");
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }

    /// <summary>Starts the server again if it has stopped.</summary>
    public void Ensure()
    {
        if (!Answers)
        {
            Kill();
            Start();
        }
    }

    public void Start() => Control("start", "--wait", "--timeout", "60");

    /// <summary>Restarts as an administrator does: ends connections and writes everything committed.</summary>
    public void RestartFast() => Control("restart", "--mode", "fast", "--wait", "--timeout", "60");

    /// <summary>
    /// Kills the server and all its processes with kill -9. It is like a power failure that leaves the disk intact.
    /// </summary>
    public void Kill()
    {
        if (ReadPostmaster() is { } postmaster)
        {
            var all = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
                .Where(id => id == postmaster || ParentOf(id) == postmaster).ToArray();

            // The postmaster goes first, because it would restart the others.
            RunAny("kill", ["-KILL", .. all.OrderBy(id => id != postmaster).Select(id => $"{id}")]);

            SpinWait.SpinUntil(() => all.All(id => !IsRunning(id)), TimeSpan.FromSeconds(30));

            // In a container the dead process may never be reaped. Its lock would then look like that of a living server.
            File.Delete(Path.Combine(_data, "postmaster.pid"));
        }
    }

    /// <summary>Creates a database with the gateway's schema and returns its name.</summary>
    public string Create()
    {
        var name = $"survival_{++_databases}";
        foreach (var role in new[] { _ownerRole, ApplicationRole })
        {
            Execute($"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        }

        Execute($"CREATE DATABASE {name} OWNER {_ownerRole}");
        Execute($"CREATE DATABASE {name}_keys OWNER {_ownerRole}");
        Gateway.Migrate(As(_ownerRole, name), ApplicationRole);
        KeyDatabase.Prepare(KeyDatabase.Beside(As(_ownerRole, name)), ApplicationRole);
        return name;
    }

    /// <summary>The connection string of a role, without a pool.</summary>
    public string As(string role, string database) => $"Host=127.0.0.1;Port={_port};Username={role};Database={database};Pooling=false";

    /// <summary>The connection string for gateways.</summary>
    public string ForGateways(string database) => $"Host=127.0.0.1;Port={_port};Username={ApplicationRole};Database={database}";

    public void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(As("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The first value that a query of the superuser returns.</summary>
    public object? Scalar(string sql)
    {
        using var connection = new NpgsqlConnection(As("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose() => Kill();

    /// <summary>Copies another server and follows it. From now on nothing commits on that server without this one.</summary>
    private void Copy(PostgresServer primary)
    {
        AsUser("pg_basebackup", "--pgdata", _data, "--host", "127.0.0.1", "--port", $"{primary._port}", "--username", "postgres", "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast");
        File.AppendAllLines(Path.Combine(_data, "postgresql.conf"), [$"port = {_port}"]);
        Start();
        primary.Execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.Execute("SELECT pg_reload_conf()");
    }

    private static string? FindBin()
    {
        const string places = "/usr/lib/postgresql";
        return Environment.GetEnvironmentVariable("COALITION_TEST_POSTGRES_BIN") is { Length: > 0 } given ? given
            : !Directory.Exists(places) ? null
            : Directory.EnumerateDirectories(places).Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault();
    }

    private void Control(string verb, params string[] arguments)
    {
        try
        {
            AsUser("pg_ctl", ["--pgdata", _data, "--log", _log, "--silent", verb, .. arguments]);
        }
        catch (Xunit.Sdk.TrueException failed)
        {
            throw new InvalidOperationException($"{failed.Message}\n{(File.Exists(_log) ? File.ReadAllText(_log) : "")}", failed);
        }
    }

    /// <summary>Servers refuse to run as root. The user of their package then runs them.</summary>
    private static void AsUser(string command, params string[] arguments)
    {
        var path = Path.Combine(_bin!, command);
        if (Environment.UserName == "root")
        {
            Run("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--init-groups", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private static void Run(string command, params string[] arguments)
    {
        var exitCode = RunAny(command, arguments);
        Assert.True(exitCode == 0, $"{command} {string.Join(' ', arguments)} ended with {exitCode}.");
    }

    private static int RunAny(string command, params string[] arguments)
    {
        // Its output goes nowhere: a server that it starts would keep a pipe open.
        using var process = Process.Start("sh", ["-c", "cd /; exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1", command, .. arguments]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private int? ReadPostmaster()
    {
        var file = Path.Combine(_data, "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id) && IsRunning(id) ? id : null;
    }

    private static bool IsRunning(int id) => StateOf(id) is { } state && state[0] is not ("Z" or "X");

    private static int ParentOf(int id) => id > 0 && StateOf(id) is { } state ? int.Parse(state[1]) : 0;

    /// <summary>The state, the parent and the other fields that the kernel gives for a process.</summary>
    private static string[]? StateOf(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
