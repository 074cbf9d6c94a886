using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Bench;

/// <summary>
/// Signs access tokens with the key of a gateway's embedded issuer. So ten thousand members need no sign-in each.
/// </summary>
internal sealed class Tokens
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _signing;
    private readonly string _issuer;

    public Tokens(string dataDirectory, string issuer)
    {
        _issuer = issuer;
        var ec = ECDsa.Create();
        ec.ImportFromPem(File.ReadAllText(Path.Combine(dataDirectory, "keys", "issuer.pem")));
        var key = new ECDsaSecurityKey(ec);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        _signing = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256);
    }

    public string For(CallerKind kind, string subject) => _handler.CreateToken(new SecurityTokenDescriptor
    {
        TokenType = "at+jwt",
        Issuer = _issuer,
        Audience = "coalition-gateway",
        IssuedAt = DateTime.UtcNow,
        NotBefore = DateTime.UtcNow,
        Expires = DateTime.UtcNow.AddHours(6),
        SigningCredentials = _signing,
        Claims = new Dictionary<string, object>
        {
            ["sub"] = subject,
            ["client_id"] = "bench",
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["scope"] = string.Join(' ', Gateway.ScopesFor(kind)),
            ["caller_kind"] = Caller.NameOf(kind),
        },
    });
}
