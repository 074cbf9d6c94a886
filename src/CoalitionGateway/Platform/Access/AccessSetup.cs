using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Keys;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Platform.Access;

internal static class AccessSetup
{
    /// <summary>The audience of the gateway's access tokens.</summary>
    public const string Audience = "coalition-gateway";

    /// <summary>How far the authority's clock and this one may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Validates access tokens (RFC 9068) from the authority, like any resource server. The keys come from the
    /// authority's metadata, and no code here depends on whether the authority is the embedded one.
    /// </summary>
    public static void AddAccess(this IServiceCollection services, GatewayOptions options)
    {
        var schemes = services.AddAuthentication(defaults =>
        {
            defaults.DefaultAuthenticateScheme = TokenHandler.Name;
            defaults.DefaultChallengeScheme = JwtBearerDefaults.AuthenticationScheme;
        });
        schemes.AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.Name, null);
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<SenderProofs>();
        services.AddSingleton<EndedNews>();
        services.AddSingleton<EndedCallers>();
        services.AddHostedService(provider => provider.GetRequiredService<EndedCallers>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TokenQuestions>(
            provider, new HttpClient { Timeout = TimeSpan.FromSeconds(2), MaxResponseContentBufferSize = 64 * 1024 }));
        services.AddSingleton<RateLimits>();
        schemes.AddJwtBearer(bearer =>
        {
            bearer.Authority = options.Issuer;
            bearer.Audience = Audience;
            bearer.MapInboundClaims = false;
            bearer.RequireHttpsMetadata = !new Uri(options.Issuer).IsLoopback;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = options.Issuer,
                ValidAudience = Audience,
                TypeValidator = AccessTokenType,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256],
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = ClockSkew,
                NameClaimType = "sub",
            };
            bearer.Events = new JwtBearerEvents { OnMessageReceived = ReadDpopScheme, OnTokenValidated = CheckClaims };
        });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TimeProvider>((bearer, clock) => bearer.TokenValidationParameters.LifetimeValidator = TokenLifetime.By(clock));
        services.AddSingleton<AuthorityKeys>();
        services.AddSingleton<IDocumentRetriever>(new HttpDocumentRetriever(
            new HttpClient { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1024 * 1024 }) { RequireHttps = !new Uri(options.Issuer).IsLoopback });

        // The framework's own manager fetches unknown keys too late for the call that needs them, and then not for a while.
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AuthorityKeys>((bearer, keys) => bearer.ConfigurationManager = keys);

        services.AddSingleton<IDataProtectionProvider>(provider => new RootProtection(provider.GetRequiredService<GatewayKeys>()));
        services.AddAuthorizationBuilder().AddPolicy(MethodRules.Policy, policy => policy.AddRequirements(new MethodAccess()));
        services.AddSingleton<IAuthorizationHandler, MethodAccess>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, GrpcAccessResult>();
    }

    /// <summary>Identifies the caller, then checks permission, then the rate limit.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimits();
    }

    /// <summary>Reads the token of the scheme DPoP. JwtBearer itself reads that of the scheme Bearer.</summary>
    private static Task ReadDpopScheme(MessageReceivedContext received)
    {
        if (AccessTokenHeader.TryRead(received.Request.Headers.Authorization.ToString(), out var isDpop, out var token) && isDpop)
        {
            received.Token = token.ToString();
        }

        return Task.CompletedTask;
    }

    private static Task CheckClaims(TokenValidatedContext validated)
    {
        var token = (JsonWebToken)validated.SecurityToken;
        if (Callers.Problem(validated.Principal!, token) is { } problem)
        {
            validated.Fail(new UnusableCallerException(problem));
        }
        else if (!TokenBinding.TryRead(token, out var binding))
        {
            validated.Fail(new UnusableCallerException(TokenProblem.UnknownBinding));
        }
        else
        {
            validated.Properties.SetParameter(TokenBinding.Claim, binding);
        }

        return Task.CompletedTask;
    }

    /// <summary>The type of an access token (RFC 9068, section 4): "at+jwt" or "application/at+jwt", in any case.</summary>
    private static string AccessTokenType(string? type, SecurityToken token, TokenValidationParameters parameters) =>
        type is not null && (type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase))
            ? type
            : throw new SecurityTokenInvalidTypeException("The token is no access token.");
}
