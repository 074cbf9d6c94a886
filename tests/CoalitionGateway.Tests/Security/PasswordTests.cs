using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Text;
using CoalitionGateway.Cli;
using CoalitionGateway.Tests.Cli;

namespace CoalitionGateway.Tests.Security;

/// <summary>A password among arguments, or in a file that everybody may read, is known to every user of the machine.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PasswordTests
{
    private const UnixFileMode _own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode _ownFolder = _own | UnixFileMode.UserExecute;
    private const string _password = "a;b:c'd";
    private static readonly string _root = RepositoryRoot();

    [Theory]
    [InlineData(true, "serve", "--postgres", "Host=127.0.0.1;Username=coalition_app;Password=secret")]
    [InlineData(true, "migrate", "--postgres=Host=127.0.0.1;Username=coalition_owner;Pwd=secret")]
    [InlineData(true, "rotate-master-key", "--postgres-keys:Host=127.0.0.1;PASSWORD=secret")]
    [InlineData(false, "serve", "--postgres", "Host=127.0.0.1;Username=coalition_app;Passfile=/run/secrets/app")]
    [InlineData(false, "check", "bundle.json", "--key", "log+1234+AAAA=")]
    [InlineData(false, "replay", "password=.csv")]
    public void PasswordInArguments_IsDetected(bool isThere, params string[] arguments) => Assert.Equal(isThere, PasswordsInArguments.Are(arguments));

    [Fact]
    public async Task PasswordInArguments_CausesAWarning_WithTheAlternatives()
    {
        var (_, _, error) = await ProcessTests.RunApart("verify", "--postgres", "Host=127.0.0.1;Port=1;Username=x;Password=never-printed");
        Assert.Contains("Passfile=FILE", error, StringComparison.Ordinal);
        Assert.Contains("PGPASSWORD", error, StringComparison.Ordinal);
        Assert.DoesNotContain("never-printed", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Passfile")]
    [InlineData("PGPASSFILE")]
    [InlineData("PGPASSWORD")]
    public async Task PasswordInAFileOrTheEnvironment_IsUsedToConnect(string where)
    {
        using var data = new DataFolder();
        using var asking = new AskingServer();
        var file = data.File("pgpass");
        await File.WriteAllTextAsync(file, $"127.0.0.1:{asking.Port}:*:coalition_owner:{_password.Replace(":", "\\:", StringComparison.Ordinal)}\n", TestContext.Current.CancellationToken);
        var connection = $"Host=127.0.0.1;Port={asking.Port};Database=coalition;Username=coalition_owner;SSL Mode=Disable" + (where == "Passfile" ? $";Passfile={file}" : "");
        (string, string)[] environment = where == "Passfile" ? [] : [(where, where == "PGPASSWORD" ? _password : file)];
        using var migrating = ProcessTests.Start(["migrate", "--postgres", connection], environment);
        var error = await migrating.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await migrating.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(asking.Password == _password, $"{asking.Password}: {error}");
        Assert.DoesNotContain("among the arguments", error, StringComparison.Ordinal);
    }

    [Fact]
    public void DocsAndScripts_PutNoPasswordIntoArguments()
    {
        string[] files =
        [
            Path.Combine(_root, "README.md"),
            .. Directory.EnumerateFiles(Path.Combine(_root, "docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(_root, "deploy"), "*", SearchOption.AllDirectories).Where(file => !file.Contains("/secrets/", StringComparison.Ordinal)),
        ];
        Assert.True(files.Length > 12);
        var found = files.SelectMany(file => File.ReadLines(file).Where(PutsAPasswordIntoArguments).Select(line => $"{Path.GetRelativePath(_root, file)}: {line}"));
        Assert.Empty(found);
        Assert.True(PutsAPasswordIntoArguments("coalition serve --postgres \"Host=h;Password=other\""));
        Assert.True(PutsAPasswordIntoArguments("psql -c \"CREATE ROLE coalition_app LOGIN PASSWORD 'other'\""));
    }

    [Fact]
    public async Task MakeSecrets_NewFiles_AreReadableByTheOwnerOnlyFromTheStart()
    {
        using var folder = Compose();
        var (exitCode, error) = await MakeSecrets(folder);
        Assert.True(exitCode == 0, error);
        Assert.Equal(_ownFolder, File.GetUnixFileMode(folder.File("secrets")));
        var files = Directory.GetFiles(folder.File("secrets"));
        Assert.Superset(
            new HashSet<string?> { "coalition_app.password", "coalition_app.pgpass", "coalition_owner.password", "coalition_owner.pgpass", "identity.key", "postgres.password" },
            files.Select(Path.GetFileName).ToHashSet());
        Assert.All(files, file => Assert.Equal(_own, File.GetUnixFileMode(file)));
        Assert.Matches("^COALITION_USER=[0-9]+:[0-9]+\n$", await File.ReadAllTextAsync(folder.File(".env"), TestContext.Current.CancellationToken));

        // No file is readable by others at any moment: none is made under another mask.
        Assert.Contains("umask 077", await File.ReadAllTextAsync(folder.File("make-secrets"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MakeSecrets_FilesReadableByOthers_ClosesAndNamesThem_AndKeepsTheirContent()
    {
        using var folder = Compose();
        Directory.CreateDirectory(folder.File("secrets"));
        var file = folder.File("secrets/coalition_app.password");
        await File.WriteAllTextAsync(file, "kept", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, _own | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(folder.File("secrets"), _ownFolder | UnixFileMode.OtherExecute);
        var (exitCode, error) = await MakeSecrets(folder);
        Assert.Equal(0, exitCode);
        Assert.Contains("coalition_app.password was open to others", error, StringComparison.Ordinal);
        Assert.Equal((_own, "kept"), (File.GetUnixFileMode(file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
        Assert.Equal(_ownFolder, File.GetUnixFileMode(folder.File("secrets")));
    }

    [Theory]
    [InlineData("empty", "is empty")]
    [InlineData("link", "must be a file")]
    public async Task MakeSecrets_FileThatIsNotASecret_IsRefused(string what, string problem)
    {
        using var folder = Compose();
        Directory.CreateDirectory(folder.File("secrets"));
        var file = folder.File("secrets/coalition_app.password");
        if (what == "link")
        {
            File.CreateSymbolicLink(file, folder.File("make-secrets"));
        }
        else
        {
            await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        }

        var (exitCode, error) = await MakeSecrets(folder);
        Assert.Equal(1, exitCode);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    /// <summary>
    /// A password in a connection string or in SQL on a command line. Password=... in a comment or a table does not count.
    /// </summary>
    private static bool PutsAPasswordIntoArguments(string line) =>
        System.Text.RegularExpressions.Regex.IsMatch(line, "(Password|Pwd)=[^.;\"' ]|-c .*PASSWORD '|--set=[a-z]+=\"?\\$\\(cat|secret=\\$|curl .*-u ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static DataFolder Compose()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes.");
        var folder = new DataFolder();
        File.Copy(Path.Combine(_root, "deploy/compose/make-secrets"), folder.File("make-secrets"));
        return folder;
    }

    private static async Task<(int ExitCode, string Error)> MakeSecrets(DataFolder folder)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "umask 000; exec bash \"$0\"", folder.File("make-secrets")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    /// <summary>Asks connecting clients for a password in clear text, as PostgreSQL may. Stores it and disconnects.</summary>
    private sealed class AskingServer : IDisposable
    {
        private const int _clearTextPassword = 3;
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public AskingServer()
        {
            _listener.Start();
            _ = Serve();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string? Password { get; private set; }

        public void Dispose() => _listener.Dispose();

        private async Task Serve()
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                await Message(stream);
                var question = new byte[9];
                question[0] = (byte)'R';
                BinaryPrimitives.WriteInt32BigEndian(question.AsSpan(1), 8);
                BinaryPrimitives.WriteInt32BigEndian(question.AsSpan(5), _clearTextPassword);
                await stream.WriteAsync(question);
                await stream.ReadExactlyAsync(new byte[1]);
                Password = Encoding.UTF8.GetString(await Message(stream)).TrimEnd('\0');
            }
        }

        /// <summary>The bytes after a message's length. The length counts itself.</summary>
        private static async Task<byte[]> Message(NetworkStream stream)
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await stream.ReadExactlyAsync(body);
            return body;
        }
    }
}
