using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Shared;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The result of checking an assertion.</summary>
internal enum AssertionOutcome
{
    Proved,
    Wrong,

    /// <summary>Whether the assertion was used before is unknown just now.</summary>
    Unknown,
}

/// <summary>
/// Authenticates clients by an assertion that they sign (private_key_jwt: RFC 7523, section 3, and OpenID Connect Core,
/// section 9). An assertion is valid for this issuer alone, for five minutes at most, and once.
/// </summary>
internal sealed class ClientAssertions(GatewayOptions options, UsedOnce used, TimeProvider clock)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);
    private static readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 4096 };

    // A key for clients without keys, so that refusing them takes as long.
    private static readonly SecurityKey[] _nobodys = [new ECDsaSecurityKey(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))];

    public static readonly string[] Algorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>The client that an unproved assertion claims to be of; null if the assertion cannot be read.</summary>
    public static string? ClientOf(string assertion)
    {
        try
        {
            return _handler.CanReadToken(assertion) && new JsonWebToken(assertion).Subject is { Length: > 0 } subject ? subject : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <param name="claimed">The client id that the assertion claims.</param>
    /// <param name="client">The client with this id; null if there is none.</param>
    /// <param name="assertion">The assertion.</param>
    public async Task<AssertionOutcome> Prove(string claimed, Client? client, string assertion)
    {
        var read = await _handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = claimed,

            // Only the issuer: an assertion made for a token endpoint's URL could be taken to another server behind that URL.
            ValidAudience = options.Issuer,
            IssuerSigningKeys = client?.PublicKeys is { } keys ? new JsonWebKeySet(keys).GetSigningKeys() : _nobodys,
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = Algorithms,
            TypeValidator = AnAssertion,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = AccessSetup.ClockSkew,
        });
        var until = read.IsValid ? new DateTimeOffset(read.SecurityToken.ValidTo, TimeSpan.Zero) + AccessSetup.ClockSkew : default;
        if (!read.IsValid || read.SecurityToken is not JsonWebToken { Id.Length: > 0 and <= Callers.LongestId } token || token.Subject != claimed
            || token.TryGetHeaderValue<object>("crit", out _)
            || token.Audiences.Count() != 1 || until > clock.GetUtcNow() + _longest + (2 * AccessSetup.ClockSkew))
        {
            return AssertionOutcome.Wrong;
        }

        return await used.Take($"assertion {claimed} {token.Id}", until) switch
        {
            true => AssertionOutcome.Proved,
            false => AssertionOutcome.Wrong,
            null => AssertionOutcome.Unknown,
        };
    }

    /// <summary>Accepts the types of assertions, or no type. Never accepts the type of an access token.</summary>
    private static string AnAssertion(string? type, SecurityToken token, TokenValidationParameters parameters) =>
        type is null or "" || type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || type.Equals("client-authentication+jwt", StringComparison.OrdinalIgnoreCase)
            ? type ?? ""
            : throw new SecurityTokenInvalidTypeException("The token is no client assertion.");
}
