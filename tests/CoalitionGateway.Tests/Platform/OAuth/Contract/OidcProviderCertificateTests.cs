using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Platform.OAuth.Contract;

/// <summary>
/// Tokens that npm's oidc-provider bound to a client certificate (RFC 8705). The gateway knows the certificate from the token alone.
/// </summary>
public sealed class OidcProviderCertificateTests(AuthorityFixture<OidcProviderWithCertificates> fixture) : IClassFixture<AuthorityFixture<OidcProviderWithCertificates>>
{
    private readonly OidcProviderWithCertificates _authority = fixture.Authority;

    [Fact]
    public async Task Certificate_ProvesTheClient_AndBindsItsToken()
    {
        using var tokens = await Tokens("alpha", "", _authority.Mine);
        using var client = new CoalitionClient(
            new Uri(_authority.Gateway.Options.GrpcUrl), tokens.Get, TestCertificates.Transport(_authority.Server, _authority.Mine), Retries.None);
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
    }

    [Fact]
    public async Task Certificate_ThatIsNotTheClients_OrIsMissing_GetsNoToken()
    {
        using var thiefs = await Tokens("alpha", "", _authority.Thiefs);
        Assert.Equal("invalid_client", await Refusal(thiefs));
        using var without = await Tokens("alpha", "", null);
        Assert.Equal("invalid_client", await Refusal(without));
        using var unbound = await Tokens("beta", _authority.Beta.Secret, null);
        Assert.Equal("invalid_grant", await Refusal(unbound));
    }

    /// <summary>Alpha proves itself by the certificate. Beta has a secret; the certificate only binds its token.</summary>
    [Theory]
    [InlineData("alpha")]
    [InlineData("beta")]
    public async Task BoundToken_IsAccepted_OnlyOverAConnectionWithItsCertificate(string id)
    {
        using var tokens = await Tokens(id, id == "beta" ? _authority.Beta.Secret : "", _authority.Mine);
        var token = await tokens.Get(TestContext.Current.CancellationToken);
        Assert.Equal(SenderProofs.ThumbprintOf(_authority.Mine), new JsonWebToken(token).GetPayloadValue<JsonElement>("cnf").GetProperty("x5t#S256").GetString());
        Assert.Equal("certificate_missing", await Problem(token, null));
        Assert.Equal("wrong_certificate", await Problem(token, _authority.Thiefs));
        Assert.Null(await Problem(token, _authority.Mine));

        // The gateway knows the token by now. It asks for the certificate all the same.
        Assert.Equal("wrong_certificate", await Problem(token, _authority.Thiefs));
        Assert.Equal("certificate_missing", await Problem(token, null));
    }

    /// <summary>A client's tokens, from the endpoint that asks for certificates.</summary>
    private async Task<TokenSource> Tokens(string id, string secret, X509Certificate2? certificate)
    {
        var metadata = await _authority.Http.GetFromJsonAsync<JsonElement>($"{_authority.Url}/.well-known/openid-configuration");
        Assert.True(metadata.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        var endpoint = metadata.GetProperty("mtls_endpoint_aliases").GetProperty("token_endpoint").GetString()!;
        return new TokenSource(new HttpClient(TestCertificates.Transport(_authority.Server, certificate)), new Uri(endpoint), id, secret, "programmes.read");
    }

    private static async Task<string> Refusal(TokenSource tokens) =>
        (await Assert.ThrowsAsync<TokenRefusedException>(async () => await tokens.Get(TestContext.Current.CancellationToken))).Error;

    private async Task<string?> Problem(string token, X509Certificate2? certificate)
    {
        using var channel = _authority.Gateway.Channel(_authority.Server, certificate);
        return (await _authority.Gateway.CallWith("Bearer", token, [], channel)).Problem;
    }
}

/// <summary>
/// The same server with a listener that asks for client certificates, and a gateway that serves TLS. Alpha proves itself by its certificate,
/// beta by its secret; the tokens of both are bound to the certificate.
/// </summary>
public sealed class OidcProviderWithCertificates : OidcProviderAuthority
{
    private readonly string _tls = SecureUrl();

    /// <summary>The certificate of both servers.</summary>
    public X509Certificate2 Server { get; } = TestCertificates.New("server", "127.0.0.1");

    public X509Certificate2 Mine { get; } = TestCertificates.New("partner");

    public X509Certificate2 Thiefs { get; } = TestCertificates.New("thief");

    protected override object[] Clients =>
    [
        new { id = "alpha", kind = "partner", method = "self_signed_tls_client_auth", jwks = new { keys = new[] { MyKey() } }, bound = true, scopes = PartnersScopes },
        new { id = "beta", kind = "partner", secret = Beta.Secret, method = "client_secret_post", bound = true, scopes = PartnersScopes },
    ];

    protected override object? Tls
    {
        get
        {
            using var key = Server.GetECDsaPrivateKey()!;
            return new { url = _tls, key = key.ExportPkcs8PrivateKeyPem(), cert = Server.ExportCertificatePem() };
        }
    }

    protected override void Trust(GatewayOptions options)
    {
        base.Trust(options);
        options.GrpcUrl = SecureUrl();
    }

    protected override void Extend(WebApplicationBuilder builder) => builder.Serve(Server);

    private static string SecureUrl() => TestGateway.FreeUrl().Replace("http:", "https:", StringComparison.Ordinal);

    private Dictionary<string, string> MyKey()
    {
        using var key = Mine.GetECDsaPublicKey()!;
        var jwk = Jwk(key);
        jwk["x5t#S256"] = SenderProofs.ThumbprintOf(Mine);
        return jwk;
    }
}
