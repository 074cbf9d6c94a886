using System.Security.Cryptography;
using CoalitionGateway.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Testing;

/// <summary>An authorization server other than the gateway's own: metadata, an EC key, an RSA key, tokens.</summary>
public sealed class TestAuthority(string url) : IAsyncDisposable
{
    private ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string _kid = "ec";
    private int _fetches;
    private int _questions;
    private readonly RSA _rsa = RSA.Create(2048);
    private WebApplication? _app;

    /// <summary>How often its keys were fetched.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>The secret of the client as which gateways ask about tokens; null: the authority offers no introspection.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether it answers questions about tokens.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>The tokens that it revoked.</summary>
    public HashSet<string> Revoked { get; } = [];

    /// <summary>How often it was asked about tokens.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>From now on another key signs. The key before it is no longer published.</summary>
    public void Rotate(string kid) => (_ec, _kid) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), kid);

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(url);
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = url, jwks_uri = $"{url}/keys", introspection_endpoint = Secret is null ? null : $"{url}/introspect" }));
        _app.MapPost("/introspect", async (HttpContext asked) =>
        {
            Interlocked.Increment(ref _questions);
            var proof = $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"gateway:{Secret}"))}";
            var form = await asked.Request.ReadFormAsync();
            return !Answers ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
                : asked.Request.Headers.Authorization != proof ? Results.StatusCode(StatusCodes.Status401Unauthorized)
                : Results.Json(new { active = !Revoked.Contains(form["token"].ToString()) });
        });
        _app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _fetches);
            var ec = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(_ec));
            var rsa = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa));
            return Results.Json(new
            {
                keys = new object[]
                {
                    new { kty = "EC", use = "sig", crv = "P-256", kid = _kid, x = ec.X, y = ec.Y },
                    new { kty = "RSA", use = "sig", kid = "rsa", n = rsa.N, e = rsa.E },
                },
            });
        });
        await _app.StartAsync();
    }

    /// <param name="cnf">The keys that the token is bound to, as the claim cnf has them; null: no claim.</param>
    public string Token(string algorithm, string type, object? cnf = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = type,
        Issuer = url,
        Audience = AccessSetup.Audience,
        Expires = DateTime.UtcNow.AddMinutes(5),
        SigningCredentials = new SigningCredentials(
            algorithm.StartsWith("ES", StringComparison.Ordinal) ? new ECDsaSecurityKey(_ec) { KeyId = _kid } : new RsaSecurityKey(_rsa) { KeyId = "rsa" }, algorithm)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        },
        Claims = Claims(cnf),
    });

    private static Dictionary<string, object> Claims(object? cnf)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = "elsewhere", ["jti"] = Guid.NewGuid().ToString(), ["scope"] = "programmes.read", [Callers.KindClaim] = "operator",
        };
        if (cnf is not null)
        {
            claims["cnf"] = cnf;
        }

        return claims;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _ec.Dispose();
        _rsa.Dispose();
    }
}
