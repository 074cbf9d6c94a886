using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Tests.Architecture;
using CoalitionGateway.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.OAuth.Contract;

/// <summary>
/// An authorization server with the coalition's clients, and a gateway that trusts it. Alpha's client has a secret, gamma's has
/// a key. The app signs one member in.
/// </summary>
public abstract class Authority : IAsyncDisposable
{
    private readonly TestCoalition _founder = new();

    public ECDsa GammasKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>The issuer's URL, where its metadata is.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The login hint that names the member to the server.</summary>
    public string LoginHint { get; protected set; } = "";

    /// <summary>Whether assertions may last only minutes. If not, the server remembers them as long as they last.</summary>
    public virtual bool RefusesLongAssertions => true;

    public TestPartner Alpha => _founder.Alpha;

    public TestPartner Beta => _founder.Beta;

    protected TestGateway Founder => _founder.Gateway;

    protected string MemberId { get; private set; } = "";

    /// <summary>Founds the coalition with the embedded issuer. Then the server under test becomes the authority.</summary>
    public async Task Start()
    {
        await _founder.InitializeAsync();
        await _founder.Gateway.Operator.Clients.PublishClientKeysAsync(
            new PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = "gamma", Jwks = JsonSerializer.Serialize(new { keys = new[] { Jwk(GammasKey) } }) });
        var member = await _founder.Member(_founder.Alpha);
        LoginHint = member.Numbers[_founder.Alpha.ProgrammeId];
        MemberId = await _founder.Gateway.MemberId(LoginHint);
        await _founder.Gateway.Stop();
        Url = TestGateway.FreeUrl();
        await StartServer();
        Gateway = await StartGateway();
    }

    /// <summary>From now on another key signs. Tokens of the earlier key stay valid.</summary>
    public abstract Task Rotate();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopServer();
        await (Gateway ?? Founder).DisposeAsync();
        GammasKey.Dispose();
        Http.Dispose();
    }

    /// <summary>Starts the server on its own port. Does nothing if the gateway itself is the server.</summary>
    protected abstract Task StartServer();

    protected abstract Task StopServer();

    /// <summary>Makes a gateway trust this server.</summary>
    protected virtual void Trust(GatewayOptions options) => options.Authority = Url;

    /// <summary>Changes the gateway's process before it is built.</summary>
    protected virtual void Extend(WebApplicationBuilder builder)
    {
    }

    /// <summary>Starts a gateway over the founded coalition.</summary>
    protected async Task<TestGateway> StartGateway() => await TestGateway.Start(Founder.Options.DataDirectory, options =>
    {
        (options.Postgres, options.KeyPostgres) = (Founder.Options.Postgres, Founder.Options.KeyPostgres);
        Trust(options);
    }, Extend);

    /// <summary>Adds a second key of the coalition's issuer, as an operator does.</summary>
    protected async Task AddIssuerKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(Path.Combine(Founder.Options.DataDirectory, GatewayKeys.Folder, "issuer-2.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    protected async Task Restart()
    {
        await Gateway.Stop();
        Gateway = await StartGateway();
    }

    protected static Dictionary<string, string> Jwk(ECDsa key, bool isPrivate = false, string? kid = null)
    {
        var parameters = key.ExportParameters(isPrivate);
        var jwk = new Dictionary<string, string> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(parameters.Q.X), ["y"] = Base64UrlEncoder.Encode(parameters.Q.Y) };
        if (isPrivate)
        {
            (jwk["d"], jwk["alg"], jwk["use"], jwk["kid"]) = (Base64UrlEncoder.Encode(parameters.D), "ES256", "sig", kid!);
        }

        return jwk;
    }
}

/// <summary>The issuer inside the gateway's process.</summary>
public sealed class EmbeddedAuthority : Authority
{
    public override async Task Rotate()
    {
        await AddIssuerKey();
        await Restart();
    }

    /// <summary>The gateway stays at the address that its tokens name as their issuer.</summary>
    protected override void Trust(GatewayOptions options) => options.HttpUrl = Url;

    protected override Task StartServer() => Task.CompletedTask;

    protected override Task StopServer() => Task.CompletedTask;
}

/// <summary>npm's oidc-provider, certified by the OpenID Foundation. It contains none of the coalition's code.</summary>
public class OidcProviderAuthority : Authority
{
    private readonly List<(string Kid, ECDsa Key)> _keys = [("first", ECDsa.Create(ECCurve.NamedCurves.nistP256))];
    private Process? _process;

    public override bool RefusesLongAssertions => false;

    public override async Task Rotate()
    {
        _keys.Insert(0, ("second", ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        await StopServer();
        await StartServer();
    }

    protected static IEnumerable<string> PartnersScopes => CoalitionGateway.Gateway.ScopesFor(Ledger.CallerKind.Partner);

    /// <summary>The clients, as authority.mjs takes them.</summary>
    protected virtual object[] Clients =>
    [
        new { id = "alpha", kind = "partner", secret = Alpha.Secret, method = "client_secret_post", scopes = PartnersScopes },
        new { id = "beta", kind = "partner", secret = Beta.Secret, method = "client_secret_basic", scopes = PartnersScopes },
        new { id = "gamma", kind = "partner", method = "private_key_jwt", jwks = new { keys = new[] { Jwk(GammasKey) } }, scopes = PartnersScopes },
        new { id = TestGateway.App, kind = "member", redirect = TestGateway.Redirect, scopes = CoalitionGateway.Gateway.ScopesFor(Ledger.CallerKind.Member) },
    ];

    /// <summary>The listener that asks for client certificates, as authority.mjs takes it; null: none.</summary>
    protected virtual object? Tls => null;

    protected override async Task StartServer()
    {
        LoginHint = MemberId;
        var script = Path.Combine(ArchitectureTests.Root(), "tests", "clients", "node", "authority.mjs");
        _process = Process.Start(new ProcessStartInfo("node", [script])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(script)!,
        })!;
        var errors = _process.StandardError.ReadToEndAsync();
        await _process.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            issuer = Url,
            port = new Uri(Url).Port,
            keys = _keys.Select(key => Jwk(key.Key, isPrivate: true, key.Kid)),
            scopes = Enum.GetValues<Ledger.CallerKind>().SelectMany(CoalitionGateway.Gateway.ScopesFor).Distinct(),
            clients = Clients,
            tls = Tls,
        }));
        _process.StandardInput.Close();
        for (string? line; (line = await _process.StandardOutput.ReadLineAsync()) != "ready";)
        {
            if (line is null)
            {
                throw new InvalidOperationException($"oidc-provider did not start: {await errors}");
            }
        }

        _ = _process.StandardOutput.ReadToEndAsync();
    }

    protected override async Task StopServer()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
