using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>Tokens that are bound to a client certificate (RFC 8705), over TLS on the loopback.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private readonly X509Certificate2 _mine = TestCertificates.New("partner");
    private readonly X509Certificate2 _thiefs = TestCertificates.New("thief");
    private X509Certificate2 _server = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        var url = TestGateway.FreeUrl().Replace("http:", "https:", StringComparison.Ordinal);
        _server = TestCertificates.New("gateway", new Uri(url).Host);
        _gateway = await TestGateway.Start(configure: options => options.GrpcUrl = url, extend: builder => builder.Serve(_server));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _server.Dispose();
        _mine.Dispose();
        _thiefs.Dispose();
    }

    [Fact]
    public async Task BoundToken_OverAConnectionWithItsCertificate_IsAccepted_AndOverAnyOtherIsNot()
    {
        var token = Token(new() { ["x5t#S256"] = SenderProofs.ThumbprintOf(_mine) });
        Assert.Null(await Problem(_mine, token));
        Assert.Null(await Problem(_mine, token));
        Assert.Equal("wrong_certificate", await Problem(_thiefs, token));
        Assert.Equal("certificate_missing", await Problem(null, token));
    }

    [Fact]
    public async Task PlainToken_NeedsNoCertificate()
    {
        Assert.Null(await Problem(null, Token(null)));
        Assert.Null(await Problem(_thiefs, Token(null)));
    }

    [Fact]
    public async Task Token_BoundToCertificateAndKey_NeedsBoth()
    {
        using var key = TestProofs.NewKey();
        var cnf = TestProofs.Bound(key);
        cnf["x5t#S256"] = SenderProofs.ThumbprintOf(_mine);
        var token = Token(cnf);
        using var channel = _gateway.Channel(_server, _mine);
        using var thiefs = _gateway.Channel(_server, _thiefs);
        var nonce = await _gateway.Nonce(channel);
        string Proof() => TestProofs.Make(key, _gateway.UrlOf(), token, nonce);
        Assert.Null((await _gateway.CallWith("DPoP", token, [Proof()], channel)).Problem);
        Assert.Equal("wrong_certificate", (await _gateway.CallWith("DPoP", token, [Proof()], thiefs)).Problem);
        Assert.Equal("proof_missing", (await _gateway.CallWith("DPoP", token, [], channel)).Problem);
        Assert.Equal("wrong_scheme", (await _gateway.CallWith("Bearer", token, [], channel)).Problem);
    }

    [Fact]
    public async Task BoundToken_OverAConnectionWithoutTls_IsRefused()
    {
        await using var gateway = await TestGateway.Start();
        var token = ForgedTokens.Make(gateway, "none", CallerKind.Operator, "boss", cnf: new Dictionary<string, object> { ["x5t#S256"] = SenderProofs.ThumbprintOf(_mine) });
        Assert.Equal("certificate_missing", await gateway.Problem(token));
    }

    [Fact]
    public async Task TokenRequest_WithACertificate_OfAPartnerOfWhomItIsDemanded_GivesABoundToken()
    {
        var (grpc, url) = (TestGateway.FreeUrl().Replace("http:", "https:", StringComparison.Ordinal), TestGateway.FreeUrl().Replace("http:", "https:", StringComparison.Ordinal));
        using var http = new HttpClient(TestCertificates.Transport(_server, _mine));
        using var plain = new HttpClient(TestCertificates.Transport(_server, null));
        await using var gateway = await TestGateway.Start(
            configure: options => (options.GrpcUrl, options.HttpUrl, options.AskForClientCertificates) = (grpc, url, true),
            extend: builder =>
            {
                builder.Serve(_server);

                // The gateway fetches its own keys, and its certificate is self-made.
                builder.Services.AddSingleton<IDocumentRetriever>(new HttpDocumentRetriever(plain));
            });
        using var metadata = JsonDocument.Parse(await http.GetStringAsync($"{url}/.well-known/openid-configuration", TestContext.Current.CancellationToken));
        Assert.True(metadata.RootElement.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());

        using var tokens = new TokenSource(plain, gateway.TokenEndpoint, "test-operator", TestGateway.Secret);
        using var boss = new CoalitionClient(new Uri(grpc), tokens.Get, TestCertificates.Transport(_server, null), Retries.None);
        var made = await boss.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "alpha", DisplayName = "Alpha" } });
        await boss.Clients.SetSenderConstraintAsync(new SetSenderConstraintRequest { RequestId = RequestIds.New(), ClientId = "alpha", SenderConstraint = SenderConstraint.Mtls });
        Dictionary<string, string> form = new() { ["grant_type"] = "client_credentials", ["client_id"] = "alpha", ["client_secret"] = made.ClientSecret };
        using var refused = await plain.PostAsync(gateway.TokenEndpoint, new FormUrlEncodedContent(form), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        using var partners = new TokenSource(http, gateway.TokenEndpoint, "alpha", made.ClientSecret);
        var token = await partners.Get(TestContext.Current.CancellationToken);
        Assert.Equal(SenderProofs.ThumbprintOf(_mine), new JsonWebToken(token).GetPayloadValue<JsonElement>("cnf").GetProperty("x5t#S256").GetString());
        using var mine = gateway.Channel(_server, _mine);
        using var thiefs = gateway.Channel(_server, _thiefs);
        Assert.Null((await gateway.CallWith("Bearer", token, [], mine)).Problem);
        Assert.Equal("wrong_certificate", (await gateway.CallWith("Bearer", token, [], thiefs)).Problem);

        // Once the certificate's key is published, the certificate is the proof (RFC 8705, section 2.2), and the secret is none any more.
        Assert.Contains("self_signed_tls_client_auth", metadata.RootElement.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(method => method.GetString()));
        form.Remove("client_secret");
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(http, gateway, form));
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(_mine.GetECDsaPublicKey()));
        await gateway.Services.GetRequiredService<CommandJournal>().Submit<Ledger.Clients.ClientKeysPublished>(new Ledger.Clients.PublishClientKeys(
            new Ledger.Caller(CallerKind.Operator, "boss").NewContext(Guid.NewGuid()), "alpha",
            JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", crv = "P-256", x = key.X, y = key.Y } } }), ["thumbprint"], "boss"));
        Assert.Equal(HttpStatusCode.OK, await Ask(http, gateway, form));
        using var thief = new HttpClient(TestCertificates.Transport(_server, _thiefs));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(thief, gateway, form));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(plain, gateway, form));
        form["client_secret"] = made.ClientSecret;
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(http, gateway, form));
    }

    private static async Task<HttpStatusCode> Ask(HttpClient http, TestGateway gateway, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(gateway.TokenEndpoint, content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private string Token(Dictionary<string, object>? cnf) => ForgedTokens.Make(_gateway, "none", CallerKind.Operator, "boss", cnf: cnf);

    private async Task<string?> Problem(X509Certificate2? certificate, string token)
    {
        using var channel = _gateway.Channel(_server, certificate);
        return (await _gateway.CallWith("Bearer", token, [], channel)).Problem;
    }
}
