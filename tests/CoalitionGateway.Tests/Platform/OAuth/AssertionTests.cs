using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>private_key_jwt at the embedded issuer, and clients that are suspended.</summary>
public sealed class AssertionTests(TestCoalition coalition) : IDisposable
{
    // A partner of its own: published keys end its secret.
    private const string _partner = "asserting";
    private static readonly string _registration = RequestIds.New();
    private const string _type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string Issuer => coalition.Gateway.Options.HttpUrl;

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Assertion_GivesAWorkingToken_AndIsValidOnce()
    {
        await Publish(_key);
        var assertion = Assertion();
        var (status, answer) = await Ask(assertion);
        Assert.Equal(HttpStatusCode.OK, status);
        var client = coalition.Gateway.WithToken(answer.GetProperty("access_token").GetString()!);
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);

        (status, answer) = await Ask(assertion);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, answer.GetProperty("error").GetString()));

        // The same again, with the client id in the form and another key of the set.
        using var rsa = RSA.Create(2048);
        await Publish(_key, rsa);
        Assert.Equal(HttpStatusCode.OK, (await Ask(Assertion(), ("client_id", _partner))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(Assertion(signing: new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSsaPssSha256)))).Status);
    }

    public static TheoryData<string> Faults =>
    [
        "another issuer", "another subject", "another audience", "the token endpoint as audience", "two audiences", "expired", "too long", "no expiry", "no id", "another key",
        "an access token", "not yet valid", "no signature", "a secret beside it", "another client's id beside it", "another type of assertion", "no assertion at all",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Assertion_WithAFault_IsRefused(string fault)
    {
        await Publish(_key);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTime.UtcNow;
        var (status, answer) = fault switch
        {
            "another issuer" => await Ask(Assertion(issuer: "alpha")),
            "another subject" => await Ask(Assertion(subject: "alpha")),
            "another audience" => await Ask(Assertion(audience: "https://elsewhere.example")),
            "the token endpoint as audience" => await Ask(Assertion(audience: $"{Issuer}/oauth/token")),
            "two audiences" => await Ask(Assertion(audiences: [Issuer, "https://elsewhere.example"])),
            "expired" => await Ask(Assertion(expires: now.AddSeconds(-30))),
            "too long" => await Ask(Assertion(expires: now.AddMinutes(6))),
            "no expiry" => await Ask(Assertion(expires: DateTime.MaxValue)),
            "no id" => await Ask(Assertion(id: "")),
            "another key" => await Ask(Assertion(signing: new SigningCredentials(new ECDsaSecurityKey(other), SecurityAlgorithms.EcdsaSha256))),
            "an access token" => await Ask(Assertion(type: "at+jwt")),
            "not yet valid" => await Ask(Assertion(notBefore: now.AddSeconds(60))),
            "no signature" => await Ask(string.Join('.', Assertion().Split('.').Take(2)) + "."),
            "a secret beside it" => await Ask(Assertion(), ("client_secret", coalition.Gamma.Secret)),
            "another client's id beside it" => await Ask(Assertion(), ("client_id", "alpha")),
            "another type of assertion" => await Ask(Assertion(), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")),
            _ => await Ask(""),
        };

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, answer.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Assertion_ClientWithoutPublishedKeys_IsRefused() => Assert.Equal(
        HttpStatusCode.Unauthorized, (await Ask(Assertion(issuer: "beta", subject: "beta"))).Status);

    [Fact]
    public async Task SuspendedPartner_GetsNoToken_AndItsTokensEnd_UntilItIsResumed()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var earlier = own.Gateway.WithToken(await own.Gateway.TokenOf(own.Alpha.ClientId, own.Alpha.Secret, ""));
        await earlier.Programmes.ListProgrammesAsync(new ListProgrammesRequest());
        await own.Gateway.Operator.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "alpha" });

        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => earlier.Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
        var told = await Assert.ThrowsAsync<TokenRefusedException>(() => own.Gateway.TokenOf(own.Alpha.ClientId, own.Alpha.Secret, ""));
        Assert.Equal("unauthorized_client", told.Error);
        await own.Beta.Client.Programmes.ListProgrammesAsync(new ListProgrammesRequest());

        await own.Gateway.Operator.Clients.ResumeClientAsync(new ResumeClientRequest { RequestId = RequestIds.New(), ClientId = "alpha" });
        var fresh = own.Gateway.WithToken(await own.Gateway.TokenOf(own.Alpha.ClientId, own.Alpha.Secret, ""));
        await fresh.Programmes.ListProgrammesAsync(new ListProgrammesRequest());
        await earlier.Programmes.ListProgrammesAsync(new ListProgrammesRequest());
    }

    private async Task Publish(params AsymmetricAlgorithm[] keys)
    {
        var set = new { keys = keys.Select(Jwk) };
        await coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(
            new RegisterPartnerRequest { RequestId = _registration, Partner = new Partner { PartnerId = _partner, DisplayName = "Asserting" } });
        var published = await coalition.Gateway.Operator.Clients.PublishClientKeysAsync(
            new PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = _partner, Jwks = JsonSerializer.Serialize(set) });
        Assert.Equal(keys.Length, published.Thumbprints.Distinct().Count());
    }

    private static object Jwk(AsymmetricAlgorithm key)
    {
        if (key is ECDsa ec)
        {
            var point = ec.ExportParameters(false).Q;
            return new { kty = "EC", crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }

        var numbers = ((RSA)key).ExportParameters(false);
        return new { kty = "RSA", n = Base64UrlEncoder.Encode(numbers.Modulus), e = Base64UrlEncoder.Encode(numbers.Exponent) };
    }

    private string Assertion(
        string issuer = _partner, string subject = _partner, string? audience = null, string[]? audiences = null, DateTime? expires = null, string? id = null,
        SigningCredentials? signing = null, string type = "JWT", DateTime? notBefore = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object> { ["iss"] = issuer, ["sub"] = subject, ["aud"] = audiences is null ? audience ?? Issuer : audiences, ["iat"] = now.ToUnixTimeSeconds() };
        if (expires != DateTime.MaxValue)
        {
            claims["exp"] = new DateTimeOffset(expires ?? now.UtcDateTime.AddMinutes(1)).ToUnixTimeSeconds();
        }

        if (id != "")
        {
            claims["jti"] = id ?? Guid.NewGuid().ToString();
        }

        if (notBefore is { } begin)
        {
            claims["nbf"] = new DateTimeOffset(begin).ToUnixTimeSeconds();
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims), signing ?? new SigningCredentials(new ECDsaSecurityKey(_key), SecurityAlgorithms.EcdsaSha256)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
            new Dictionary<string, object> { ["typ"] = type });
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Ask(string assertion, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_assertion_type"] = _type, ["client_assertion"] = assertion };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await coalition.Gateway.Http.PostAsync($"{Issuer}/oauth/token", content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
