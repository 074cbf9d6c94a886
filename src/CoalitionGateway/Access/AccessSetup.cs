using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Access;

internal static class AccessSetup
{
    /// <summary>The audience of the gateway's access tokens.</summary>
    public const string Audience = "coalition-gateway";

    /// <summary>
    /// Validates access tokens (RFC 9068) from the authority, like any resource server: its keys come from its
    /// metadata, and nothing here knows whether it is the embedded issuer.
    /// </summary>
    public static void AddAccess(this IServiceCollection services, GatewayOptions options)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.Authority = options.Issuer;
            bearer.Audience = Audience;
            bearer.MapInboundClaims = false;
            bearer.RequireHttpsMetadata = !new Uri(options.Issuer).IsLoopback;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = options.Issuer,
                ValidAudience = Audience,
                ValidTypes = ["at+jwt"],
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256],
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = TimeSpan.FromSeconds(10),
                NameClaimType = "sub",
            };
        });

        // ASP.NET makes a key for cookies at the start: it belongs to the other keys, not to the user's home.
        services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.DataDirectory, GatewayKeys.Folder)));
        services.AddAuthorizationBuilder().AddPolicy(MethodAccess.Policy, policy => policy.AddRequirements(new MethodAccess()));
        services.AddSingleton<IAuthorizationHandler, MethodAccess>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, GrpcAccessResult>();
    }
}
