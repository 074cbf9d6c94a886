using System.Collections.Concurrent;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>Connects to a gateway as one of its clients or members.</summary>
internal sealed class Connection(string grpc, string issuer, string tokenEndpoint, string authorizeEndpoint, Retries? retries = null) : IDisposable
{
    private const string _redirect = "http://127.0.0.1:7/callback";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly ConcurrentBag<IDisposable> _opened = [];

    /// <summary>How calls are repeated while the gateway cannot be reached.</summary>
    public Retries Retries { get; } = retries ?? new Retries();

    public static Connection To(SandboxFile sandbox, Retries? retries = null) =>
        new(sandbox.Grpc, sandbox.Authority, sandbox.TokenEndpoint, sandbox.AuthorizeEndpoint, retries);

    public static Connection To(GatewayOptions options, Retries? retries = null) =>
        new(options.GrpcUrl, options.Issuer, $"{options.Issuer}/oauth/token", $"{options.Issuer}/oauth/authorize", retries);

    /// <summary>A client of a partner, the officer or the operator.</summary>
    /// <param name="console">The sandbox's app of operators, or of officers: what the client proposes is approved at once. Null: it is not.</param>
    public CoalitionClient As(string clientId, string secret, string scope = "", SandboxApp? console = null)
    {
        var tokens = new TokenSource(_http, new Uri(tokenEndpoint), clientId, secret, scope);
        var client = new CoalitionClient(new Uri(grpc), tokens.Get, retries: Retries, interceptor: console is null ? null : new SecondPerson(AsPerson(console, console.Persons[^1])));
        _opened.Add(client);
        _opened.Add(tokens);
        return client;
    }

    public CoalitionClient As(SandboxCredential credential, string scope = "", SandboxApp? console = null) =>
        As(credential.ClientId, credential.ClientSecret, scope, console);

    /// <summary>A client of a sandbox's person.</summary>
    public CoalitionClient AsPerson(SandboxApp console, string person)
    {
        var tokens = new TokenSource(_ => Redeem(console.ClientId, person));
        var client = new CoalitionClient(new Uri(grpc), tokens.Get, retries: Retries);
        _opened.Add(client);
        _opened.Add(tokens);
        return client;
    }

    /// <summary>A client of a sandbox member. Plays the browser in the sign-in: reads the redirect, does not follow it.</summary>
    public async Task<CoalitionClient> AsMember(string clientId, string membershipNumber)
    {
        var token = await SignIn(clientId, membershipNumber);
        var client = new CoalitionClient(new Uri(grpc), _ => ValueTask.FromResult(token), retries: Retries);
        _opened.Add(client);
        return client;
    }

    public async Task<string> SignIn(string clientId, string membershipNumber) => (await Redeem(clientId, membershipNumber)).Token;

    private async Task<(string Token, DateTimeOffset Ends)> Redeem(string clientId, string hint)
    {
        var signIn = new MemberSignIn(issuer, new Uri(authorizeEndpoint), new Uri(tokenEndpoint), clientId, _redirect, hint);
        using var answer = await _http.GetAsync(signIn.AuthorizeUrl);
        var redirected = answer.Headers.Location
            ?? throw new CommandFailedException($"The authorize endpoint answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await signIn.Redeem(_http, redirected);
    }

    public void Dispose()
    {
        foreach (var opened in _opened)
        {
            opened.Dispose();
        }

        _http.Dispose();
    }
}
