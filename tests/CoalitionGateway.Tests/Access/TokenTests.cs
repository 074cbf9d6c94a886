using System.Security.Cryptography;
using CoalitionGateway.Access;
using CoalitionGateway.Tests.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Access;

/// <summary>Tokens that look right and are not.</summary>
public sealed class TokenTests(TestCoalition coalition)
{
    public static TheoryData<string> Faults => ["expired", "not yet", "other key", "other issuer", "other audience", "id token", "unsigned", "no kind", "no subject", "member without a member", "altered"];

    [Fact]
    public async Task Token_OfTheIssuer_IsAccepted()
    {
        var client = coalition.Gateway.WithToken(Forge("none"));
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Token_WithAFault_IsNotAccepted(string fault)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
            await coalition.Gateway.WithToken(Forge(fault)).Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
        var isUnknownCaller = fault is "no kind" or "no subject" or "member without a member";
        Assert.Equal(isUnknownCaller ? StatusCode.PermissionDenied : StatusCode.Unauthenticated, failed.StatusCode);
        Assert.Equal(isUnknownCaller ? "CALLER_NOT_ALLOWED" : "TOKEN_INVALID", GatewayRefusal.From(failed)?.Reason);
    }

    private string Forge(string fault)
    {
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = coalition.Gateway.Services.GetRequiredService<GatewayKeys>();
        var kid = coalition.Gateway.Services.GetRequiredService<CoalitionGateway.OAuth.AccessTokens>().Jwk.Kid;
        var key = new ECDsaSecurityKey(fault == "other key" ? otherKey : keys.Issuer) { KeyId = kid };
        var now = DateTime.UtcNow;
        var claims = new Dictionary<string, object> { ["scope"] = "programmes.read", ["client_id"] = "alpha", ["jti"] = RequestIds.New() };
        if (fault != "no subject")
        {
            claims["sub"] = "alpha";
        }

        if (fault != "no kind")
        {
            claims[Callers.KindClaim] = fault == "member without a member" ? "member" : "partner";
        }

        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = fault == "id token" ? "JWT" : "at+jwt",
            Issuer = fault == "other issuer" ? "https://elsewhere.example" : coalition.Gateway.Options.Issuer,
            Audience = fault == "other audience" ? "somebody-else" : AccessSetup.Audience,
            NotBefore = fault == "not yet" ? now.AddMinutes(5) : now.AddMinutes(-10),
            Expires = fault == "expired" ? now.AddMinutes(-1) : now.AddMinutes(10),
            SigningCredentials = fault == "unsigned" ? null : new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            Claims = claims,
        });
        return fault == "altered" ? token[..^8] + "AAAAAAAA" : token;
    }
}
