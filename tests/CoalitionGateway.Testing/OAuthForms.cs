using System.Net.Http.Headers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Testing;

/// <summary>An answer of the authority: its status, its error if there is one, and its whole body.</summary>
internal sealed record OAuthAnswer(HttpStatusCode Status, string? Error, JsonElement Body)
{
    public string AccessToken => Body.GetProperty("access_token").GetString()!;

    public string RefreshToken => Body.GetProperty("refresh_token").GetString()!;

    public string Description => Body.GetProperty("error_description").GetString()!;
}

/// <summary>Posts valid and invalid forms to an embedded issuer, as any client can.</summary>
internal static class OAuthForms
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public static string Challenge(string verifier) => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)));

    public static async Task<OAuthAnswer> Post(this TestGateway gateway, string path, (string Name, string Value)[] fields, string? basic = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Options.HttpUrl}{path}")
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        }

        using var response = await gateway.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var body = text.Length > 0 ? JsonDocument.Parse(text).RootElement : default;
        return new OAuthAnswer(response.StatusCode, text.Length > 0 && body.TryGetProperty("error", out var error) ? error.GetString() : null, body);
    }

    public static Task<OAuthAnswer> AskByAssertion(this TestGateway gateway, string assertion) => gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_assertion_type", AssertionType), ("client_assertion", assertion)]);

    public static Task<OAuthAnswer> Redeem(this TestGateway gateway, string code, string verifier = Verifier) => gateway.Post(
        "/oauth/token",
        [("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier), ("redirect_uri", TestGateway.Redirect), ("client_id", TestGateway.App)]);

    /// <summary>
    /// The address that the authorize endpoint redirects the browser to; null if it answers without a redirect.
    /// </summary>
    public static async Task<(HttpStatusCode Status, Uri? Location)> Authorize(this TestGateway gateway, string loginHint, params (string Name, string Value)[] changed)
    {
        var query = new Dictionary<string, string>
        {
            ["response_type"] = "code", ["client_id"] = TestGateway.App, ["redirect_uri"] = TestGateway.Redirect, ["login_hint"] = loginHint,
            ["code_challenge"] = Challenge(Verifier), ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changed)
        {
            query[name] = value;
        }

        using var response = await gateway.Http.GetAsync(
            $"{gateway.Options.HttpUrl}/oauth/authorize?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}");
        return (response.StatusCode, response.Headers.Location);
    }

    public static async Task<string> Code(this TestGateway gateway, string loginHint, string verifier = Verifier)
    {
        var (_, location) = await gateway.Authorize(loginHint, ("code_challenge", Challenge(verifier)));
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(location!.Query)["code"]!;
    }

    /// <summary>The tokens of a sign-in with a scope.</summary>
    public static async Task<OAuthAnswer> SignInFor(this TestGateway gateway, string loginHint, string scope, params (string Name, string Value)[] more)
    {
        var (_, location) = await gateway.Authorize(loginHint, [("scope", scope), .. more]);
        return await gateway.Redeem(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(location!.Query)["code"]!);
    }

    /// <summary>The reason why a token is not accepted; null if it is accepted.</summary>
    public static async Task<string?> Problem(this TestGateway gateway, string token)
    {
        var (failed, _) = await RawCalls.Call(gateway.Channel, "ProgrammeService/ListProgrammes", [], token);
        return failed is null ? null : GatewayRefusal.From(failed)?.Metadata.GetValueOrDefault("problem") ?? failed.Status.ToString();
    }

    /// <summary>A partner's assertion for a gateway's issuer.</summary>
    public static string Assertion(this TestGateway gateway, ECDsa key, string client, bool isCritical = false)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var headers = new Dictionary<string, object> { ["typ"] = "JWT" };
        if (isCritical)
        {
            headers["crit"] = new[] { "exp" };
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(new { iss = client, sub = client, aud = gateway.Options.Issuer, iat = now, exp = now + 60, jti = Guid.NewGuid().ToString() }),
            new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            headers);
    }

    /// <summary>Makes a partner's key and publishes it as the operator.</summary>
    public static async Task<ECDsa> PublishKey(this TestGateway gateway, string partner)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await gateway.Operator.Clients.PublishClientKeysAsync(new V1.PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = partner, Jwks = Jwks(key) });
        return key;
    }

    /// <summary>A JWK set with one public key.</summary>
    public static string Jwks(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var jwk = new { kty = "EC", crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        return JsonSerializer.Serialize(new { keys = new[] { jwk } });
    }

    public static async Task Suspend(this TestGateway gateway, string partner, string? requestId = null) => await gateway.Operator.Clients.SuspendClientAsync(
        new V1.SuspendClientRequest { RequestId = requestId ?? RequestIds.New(), ClientId = partner });

    public static async Task Resume(this TestGateway gateway, string partner) => await gateway.Operator.Clients.ResumeClientAsync(
        new V1.ResumeClientRequest { RequestId = RequestIds.New(), ClientId = partner });

    /// <summary>Restarts the gateway over the same data, at the address that its tokens name as the issuer.</summary>
    public static async Task<TestGateway> Restart(this TestGateway gateway)
    {
        await gateway.Stop();
        return await TestGateway.Start(gateway.Options.DataDirectory, options =>
        {
            (options.HttpUrl, options.Postgres, options.KeyPostgres) = (gateway.Options.HttpUrl, gateway.Options.Postgres, gateway.Options.KeyPostgres);
        });
    }
}
