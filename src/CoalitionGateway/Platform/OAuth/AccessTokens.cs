using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Signs access tokens in the profile of RFC 9068: type at+jwt, ES256.</summary>
internal sealed class AccessTokens
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _signing;
    private readonly IReadOnlyList<ECDsaSecurityKey> _published;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _clock;

    public AccessTokens(GatewayOptions options, GatewayKeys keys, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _signing = new SigningCredentials(keys.SigningKey(), SecurityAlgorithms.EcdsaSha256);
        _published = keys.PublishedKeys();
        Jwks = [.. _published.Select(JsonWebKeyConverter.ConvertFromECDsaSecurityKey)];
    }

    /// <summary>The public keys (RFC 7517): the key that signs, and the keys of earlier and of later tokens.</summary>
    public IReadOnlyList<JsonWebKey> Jwks { get; }

    /// <summary>Reads an unexpired access token of this issuer; null if the text is not one.</summary>
    public async Task<JsonWebToken?> Read(string token)
    {
        var read = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = _options.Issuer,
            ValidAudience = AccessSetup.Audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = _published,
            ClockSkew = AccessSetup.ClockSkew,
            LifetimeValidator = TokenLifetime.By(_clock),
        });
        return read.IsValid ? (JsonWebToken)read.SecurityToken : null;
    }

    /// <summary>An id (jti) for a token.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    public string Issue(Client client, CallerKind kind, string subject, IEnumerable<string> scopes, string id)
    {
        var now = _clock.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = _options.Issuer,
            Audience = AccessSetup.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = _signing,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = subject,
                ["client_id"] = client.Id,
                ["jti"] = id,
                ["scope"] = string.Join(' ', scopes),
                [Callers.KindClaim] = Caller.NameOf(kind),
            },
        });
    }
}
