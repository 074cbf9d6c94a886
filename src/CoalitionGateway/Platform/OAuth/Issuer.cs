using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The embedded issuer: as much of OAuth 2.1 as the two-command start needs. A real coalition runs its own
/// authorization server and names it in Gateway:Authority; none of these endpoints is mapped then.
/// </summary>
internal static class Issuer
{
    private const string _token = "/oauth/token";
    private const string _revoke = "/oauth/revoke";
    private const string _authorize = "/oauth/authorize";
    private const string _keys = "/oauth/jwks";

    public static void AddIssuer(this IServiceCollection services)
    {
        services.AddRegistry();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<GlobalPrivacyControl>();
    }

    /// <summary>The services that any authorization server of the coalition needs: clients, and the members' sign-in.</summary>
    public static void AddRegistry(this IServiceCollection services)
    {
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<SandboxSignIn>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<UsedOnce>();
        services.AddSingleton<AuthorityTables>();
        services.AddSharedRedis();
    }

    public static void MapIssuer(this WebApplication app, GatewayOptions options)
    {
        if (options.Authority.Length > 0)
        {
            return;
        }

        var metadata = Metadata(options.Issuer);

        // Larger requests are refused before they are read.
        var issuer = app.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(ClientCall.LongestForm));
        issuer.AddEndpointFilter(Outages);
        issuer.MapGet("/.well-known/openid-configuration", () => Results.Content(metadata, "application/json"));
        issuer.MapGet("/.well-known/oauth-authorization-server", () => Results.Content(metadata, "application/json"));
        issuer.MapGet(_keys, (AccessTokens tokens) => Results.Json(new
        {
            keys = tokens.Jwks.Select(key => new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = key.Kid, x = key.X, y = key.Y }),
        }));
        issuer.MapPost(_token, TokenEndpoint.Handle);
        issuer.MapPost(_revoke, RevocationEndpoint.Handle);
        issuer.MapGet(_authorize, AuthorizeEndpoint.Handle);
    }

    /// <summary>Answers an outage of the store as an outage, not as a fault.</summary>
    private static async ValueTask<object?> Outages(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception failed) when (failed is StoreUnavailableException || call.HttpContext.RequestServices.GetRequiredService<LedgerStore>().Unavailable(failed) is not null)
        {
            return ClientCall.Unavailable(call.HttpContext, "The store does not answer; try again in a moment.");
        }
    }

    /// <summary>Authorization server metadata (RFC 8414).</summary>
    private static string Metadata(string issuer)
    {
        var metadata = new OpenIdConnectConfiguration
        {
            Issuer = issuer,
            TokenEndpoint = issuer + _token,
            RevocationEndpoint = issuer + _revoke,
            AuthorizationEndpoint = issuer + _authorize,
            JwksUri = issuer + _keys,
        };
        metadata.ResponseTypesSupported.Add("code");
        metadata.SubjectTypesSupported.Add("public");
        metadata.GrantTypesSupported.Add("client_credentials");
        metadata.GrantTypesSupported.Add("authorization_code");
        metadata.TokenEndpointAuthMethodsSupported.Add("client_secret_basic");
        metadata.TokenEndpointAuthMethodsSupported.Add("client_secret_post");
        metadata.TokenEndpointAuthMethodsSupported.Add("private_key_jwt");
        metadata.TokenEndpointAuthMethodsSupported.Add("none");
        foreach (var algorithm in ClientAssertions.Algorithms)
        {
            metadata.TokenEndpointAuthSigningAlgValuesSupported.Add(algorithm);
        }

        metadata.CodeChallengeMethodsSupported.Add("S256");
        metadata.IdTokenSigningAlgValuesSupported.Add("ES256");
        metadata.AuthorizationResponseIssParameterSupported = true;
        foreach (var scope in Enum.GetValues<CallerKind>().SelectMany(MethodRules.ScopesFor).Distinct().Order(StringComparer.Ordinal))
        {
            metadata.ScopesSupported.Add(scope);
        }

        return OpenIdConnectConfiguration.Write(metadata);
    }
}
