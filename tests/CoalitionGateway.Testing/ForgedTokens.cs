using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.OAuth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Testing;

/// <summary>Tokens signed with the embedded issuer's own key, each with one fault.</summary>
internal static class ForgedTokens
{
    /// <summary>The faults, and the word that TOKEN_INVALID gives for each.</summary>
    public static IReadOnlyDictionary<string, string> Faults { get; } = new Dictionary<string, string>
    {
        ["expired"] = "expired",
        ["not yet"] = "not_yet_valid",
        ["without an end"] = "no_expiry",
        ["other key"] = "wrong_signature",
        ["key that nobody publishes"] = "unknown_key",
        ["other issuer"] = "wrong_issuer",
        ["other audience"] = "wrong_audience",
        ["id token"] = "wrong_type",
        ["without a type"] = "wrong_type",
        ["unsigned"] = "wrong_signature",
        ["altered"] = "wrong_signature",
        ["no token at all"] = "malformed",
        ["no subject"] = "no_subject",
        ["empty subject"] = "no_subject",
        ["no kind"] = "wrong_caller_kind",
        ["unknown kind"] = "wrong_caller_kind",
        ["two kinds"] = "wrong_caller_kind",
        ["kind in an array"] = "wrong_caller_kind",
        ["kind as a number"] = "wrong_caller_kind",
        ["member without a member"] = "wrong_subject",
        ["partner with U+0000"] = "wrong_subject",
        ["partner of no id's form"] = "wrong_subject",
        ["operator with U+0000"] = "wrong_subject",
        ["operator beyond ASCII"] = "wrong_subject",
        ["without an id"] = "no_id",
        ["with an endless id"] = "no_id",
        ["critical header"] = "critical_header",
    };

    /// <param name="fault">One of <see cref="Faults"/>; anything else makes a valid token.</param>
    /// <param name="lifetime">The time until the token expires; null: ten minutes.</param>
    /// <param name="cnf">The keys that the token is bound to, as the claim cnf has them; null: no claim.</param>
    public static string Make(
        TestGateway gateway, string fault, CallerKind kind = CallerKind.Partner, string subject = "alpha", string scope = "programmes.read", TimeSpan? lifetime = null,
        object? cnf = null)
    {
        (kind, subject) = fault switch
        {
            "partner with U+0000" => (CallerKind.Partner, "alpha\0"),
            "partner of no id's form" => (CallerKind.Partner, "Alpha Ltd"),
            "operator with U+0000" => (CallerKind.Operator, "boss\0"),
            "operator beyond ASCII" => (CallerKind.Operator, "b\u00f4ss"),
            _ => (kind, subject),
        };
        if (fault == "no token at all")
        {
            return "garbage";
        }

        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = gateway.Services.GetRequiredService<GatewayKeys>();
        var kid = keys.SigningKey().KeyId;
        var isForeign = fault is "other key" or "key that nobody publishes";
        var key = new ECDsaSecurityKey(isForeign ? otherKey : keys.Issuers[^1]) { KeyId = fault == "key that nobody publishes" ? "nobody" : kid };
        var now = DateTime.UtcNow;
        var claims = new Dictionary<string, object> { ["scope"] = scope, ["client_id"] = "alpha", ["jti"] = RequestIds.New(), ["auth_time"] = SignIn(fault) };
        if (fault != "no subject")
        {
            claims["sub"] = fault == "empty subject" ? "" : subject;
        }

        if (cnf is not null)
        {
            claims["cnf"] = cnf;
        }

        if (fault == "without an id")
        {
            claims.Remove("jti");
        }
        else if (fault == "with an endless id")
        {
            claims["jti"] = new string('x', 300);
        }

        var name = Caller.NameOf(kind);
        if (fault != "no kind")
        {
            claims[Callers.KindClaim] = fault switch
            {
                "member without a member" => "member",
                "unknown kind" => "janitor",
                "two kinds" => new[] { name, "officer" },
                "kind in an array" => new[] { name },
                "kind as a number" => 1,
                _ => name,
            };
        }

        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = fault switch { "id token" => "JWT", "without a type" => "", _ => "at+jwt" },
            Issuer = fault == "other issuer" ? "https://elsewhere.example" : gateway.Options.Issuer,
            Audience = fault == "other audience" ? "somebody-else" : AccessSetup.Audience,
            NotBefore = fault == "not yet" ? now.AddMinutes(5) : now.AddMinutes(-10),
            Expires = fault switch { "expired" => now.AddMinutes(-1), "without an end" => null, _ => now + (lifetime ?? TimeSpan.FromMinutes(10)) },
            SigningCredentials = fault == "unsigned" ? null : new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            AdditionalHeaderClaims = fault == "critical header" ? new Dictionary<string, object> { ["crit"] = new[] { "exp" } } : null,
            Claims = claims,
        });
        return fault == "altered" ? token[..^8] + "AAAAAAAA" : token;
    }

    private static long SignIn(string fault) => DateTimeOffset.UtcNow.AddHours(fault switch { "an old sign-in" => -1, "an older sign-in" => -2, _ => 0 }).ToUnixTimeSeconds();
}
