using Microsoft.Extensions.DependencyInjection;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Testing;

/// <summary>The real gateway on real sockets, over its own database in its own folder.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    public const string App = "test-app";
    public const string Redirect = "http://127.0.0.1:9/callback";
    /// <summary>The secret of the operator and of the officer.</summary>
    public const string Secret = "test-secret-of-operator-and-officer";

    private static int _freeUrls;

    private readonly WebApplication _app;
    private readonly List<IDisposable> _opened = [];
    private bool _isStopped;

    private TestGateway(WebApplication app, GatewayOptions options)
    {
        (_app, Options) = (app, options);
        Channel = GrpcChannel.ForAddress(options.GrpcUrl);
        Operator = As("test-operator", Secret, second: new SecondPerson(AsPerson("operator-two")));
        Officer = As("test-officer", Secret, second: new SecondPerson(AsPerson("officer-two")));
    }

    public GatewayOptions Options { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>A channel without credentials.</summary>
    public GrpcChannel Channel { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>The operator's tool. What it proposes, a second person approves at once.</summary>
    public CoalitionClient Operator { get; }

    /// <summary>The officers' tool, likewise.</summary>
    public CoalitionClient Officer { get; }

    public Uri TokenEndpoint => new($"{Options.HttpUrl}/oauth/token");

    public static async Task<TestGateway> Start(string? data = null, Action<GatewayOptions>? configure = null, Action<WebApplicationBuilder>? extend = null, Action<WebApplication>? map = null)
    {
        // A free port can become another process's outgoing port before it is used. Then another port is tried.
        for (var attempt = 0; ; attempt++)
        {
            var (app, used) = Build(data, configure, extend);
            map?.Invoke(app);
            try
            {
                await app.StartAsync();
                return new TestGateway(app, used);
            }
            catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException && attempt < 5)
            {
                await app.DisposeAsync();
            }
        }
    }

    public CoalitionClient As(string clientId, string secret, string scope = "") => As(clientId, secret, scope, null);

    /// <summary>A person of the sandbox, such as operator-one or officer-two.</summary>
    public CoalitionClient AsPerson(string person, string scope = "")
    {
        var tokens = new TokenSource(_ => SignInWhole(ConsoleOf(person), person, scope));
        return Open(tokens.Get, null, tokens);
    }

    /// <summary>The token of a person of the sandbox.</summary>
    public async Task<string> TokenOfPerson(string person, string scope = "") => (await SignInWhole(ConsoleOf(person), person, scope)).Token;

    private static string ConsoleOf(string person) => person.StartsWith("officer", StringComparison.Ordinal) ? "test-desk" : "test-console";

    private CoalitionClient As(string clientId, string secret, string scope = "", SecondPerson? second = null)
    {
        var tokens = new TokenSource(Http, TokenEndpoint, clientId, secret, scope);
        return Open(tokens.Get, second, tokens);
    }

    public CoalitionClient WithToken(string token) => Open(_ => ValueTask.FromResult(token), null);

    public Task<string> TokenOf(CallerKind kind, string scope) => TokenOf(kind == CallerKind.Operator ? "test-operator" : "test-officer", Secret, scope);

    public async Task<string> TokenOf(string clientId, string secret, string scope)
    {
        using var tokens = new TokenSource(Http, TokenEndpoint, clientId, secret, scope);
        return await tokens.Get(CancellationToken.None);
    }

    /// <summary>Revokes a token at this gateway, as the operator's client.</summary>
    public async Task<HttpStatusCode> Revoke(string token)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["client_id"] = "test-operator", ["client_secret"] = Secret });
        using var response = await Http.PostAsync($"{Options.HttpUrl}/oauth/revoke", form);
        return response.StatusCode;
    }

    /// <summary>Signs a member in like a browser and returns the member's token.</summary>
    /// <param name="gpc">Whether the browser sends Global Privacy Control.</param>
    public async Task<string> SignIn(string membershipNumber, string scope = "", bool gpc = false) => (await SignInWhole(App, membershipNumber, scope, gpc)).Token;

    private async Task<(string Token, DateTimeOffset Ends)> SignInWhole(string app, string hint, string scope, bool gpc = false)
    {
        var signIn = new MemberSignIn(Options.HttpUrl, new Uri($"{Options.HttpUrl}/oauth/authorize"), TokenEndpoint, app, Redirect, hint, scope);
        using var asked = new HttpRequestMessage(HttpMethod.Get, signIn.AuthorizeUrl);
        if (gpc)
        {
            asked.Headers.Add("Sec-GPC", "1");
        }

        using var answer = await Http.SendAsync(asked);
        return await signIn.Redeem(Http, answer.Headers.Location!);
    }

    /// <summary>The coalition's id of the member who signs in with a number. The member's token names it.</summary>
    public async Task<string> MemberId(string membershipNumber) =>
        new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(await SignIn(membershipNumber)).Subject;

    /// <summary>
    /// Waits until the signed log covers all present events. The gateway's own sequencer may be working at the same time.
    /// </summary>
    public void TakeIn()
    {
        var (events, until) = (Scalar("SELECT coalesce(max(log_index), -1) + 1 FROM event"), DateTime.UtcNow.AddSeconds(30));
        while (Scalar("SELECT coalesce(max(size), 0) FROM checkpoint") < events)
        {
            Xunit.Assert.True(DateTime.UtcNow < until, "The log does not come to cover the events.");
            Services.GetRequiredService<CoalitionGateway.Platform.Log.Sequencer>().TakeIn();
        }
    }

    /// <summary>Checks the whole database: books, log and rows agree.</summary>
    public void Verify()
    {
        TakeIn();
        var found = Options.Postgres is { Length: > 0 } database ? Verification.RunOnPostgres(database) : Verification.Run(Options.DataDirectory);
        Xunit.Assert.Empty(found.Problems);
    }

    /// <summary>Queries the database directly.</summary>
    public long Scalar(string sql)
    {
        using var connection = TestDatabase.Open(Options);
        return (long)connection.Query(sql)[0][0];
    }

    /// <summary>Whether any stored event contains a text.</summary>
    public bool IsInAnEvent(string text)
    {
        using var connection = TestDatabase.Open(Options);
        return connection.Query("SELECT body FROM event").Any(row => ((byte[])row[0]).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }

    /// <summary>Stops the gateway and leaves its data.</summary>
    public async Task Stop()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            opened.Dispose();
        }

        Channel.Dispose();
        await Stop();
        Http.Dispose();
        TestDatabase.Delete(Options);
    }

    private static (WebApplication App, GatewayOptions Options) Build(string? data, Action<GatewayOptions>? configure, Action<WebApplicationBuilder>? extend)
    {
        GatewayOptions? used = null;
        var app = Gateway.Build(
            [],
            options =>
            {
                options.DataDirectory = data ?? Directory.CreateTempSubdirectory("coalition-test-").FullName;
                (options.GrpcUrl, options.HttpUrl, options.Sandbox) = (FreeUrl(), FreeUrl(), true);
                var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
                options.Clients.Add(new ConfiguredClient { ClientId = "test-operator", Kind = CallerKind.Operator, SecretSha256 = hash });
                options.Clients.Add(new ConfiguredClient { ClientId = "test-officer", Kind = CallerKind.Officer, SecretSha256 = hash });
                options.Clients.Add(new ConfiguredClient { ClientId = App, Kind = CallerKind.Member });
                options.Clients.Add(new ConfiguredClient { ClientId = "test-console", Kind = CallerKind.Operator });
                options.Clients.Add(new ConfiguredClient { ClientId = "test-desk", Kind = CallerKind.Officer });
                options.LiftLimits();
                (options.Privacy.ExportsPerCaller, options.Privacy.ExportsAtOnce) = (100, 100);
                configure?.Invoke(options);
                TestDatabase.Use(options);
                used = options;
            },
            builder =>
            {
                builder.Logging.ClearProviders();
                extend?.Invoke(builder);
            });
        return (app, used!);
    }

    private CoalitionClient Open(Func<CancellationToken, ValueTask<string>> token, SecondPerson? second, params IDisposable[] with)
    {
        // Tests must see the gateway's own answer, not the result of a repeated call.
        var client = new CoalitionClient(new Uri(Options.GrpcUrl), token, retries: Retries.None, interceptor: second);
        lock (_opened)
        {
            _opened.AddRange([client, .. with]);
        }

        return client;
    }

    /// <summary>
    /// A free address. On Linux all of 127.0.0.0/8 is this machine, so each call has a host of its own: no other test takes
    /// the port meanwhile.
    /// </summary>
    public static string FreeUrl()
    {
        var count = Interlocked.Increment(ref _freeUrls);
        var host = OperatingSystem.IsLinux()
            ? new IPAddress([127, (byte)(1 + (Environment.ProcessId % 254)), (byte)(1 + (count / 254 % 254)), (byte)(1 + (count % 254))])
            : IPAddress.Loopback;
        using var probe = new TcpListener(host, 0);
        probe.Start();
        return $"http://{probe.LocalEndpoint}";
    }
}
