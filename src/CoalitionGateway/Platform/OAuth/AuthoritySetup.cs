using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.OAuth.Pages;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The embedded authority, on OpenIddict: discovery, keys, tokens, refresh, pushed requests, introspection, revocation and end of session. If
/// Gateway:Authority names another authority, none of its endpoints is there.
/// </summary>
internal static class AuthoritySetup
{
    /// <summary>How long an access token is valid.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long an authorization code is valid.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long a pushed request is valid: long enough to sign in (RFC 9126, section 2.2).</summary>
    public static readonly TimeSpan PushedLifetime = TimeSpan.FromMinutes(10);

    /// <summary>After how long without use a refresh token ends.</summary>
    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(30);

    // A passkey with its attestation is some 2 KiB.
    private const int _longestPageForm = 32 * 1024;

    private const string _token = "oauth/token";
    private const string _revoke = "oauth/revoke";
    private const string _introspect = "oauth/introspect";
    private const string _push = "oauth/par";
    private const string _authorize = "oauth/authorize";
    private const string _endSession = "oauth/end-session";
    private const string _keys = "oauth/jwks";
    private static readonly string[] _metadata = [".well-known/openid-configuration", ".well-known/oauth-authorization-server"];

    public static void AddAuthority(this IServiceCollection services, GatewayOptions options)
    {
        services.AddRegistry();
        if (options.Authority.Length > 0)
        {
            return;
        }

        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<GlobalPrivacyControl>();
        services.AddSignInPages(options);
        services.AddSingleton<TokenProofs>();
        services.AddSingleton<IAuthenticationSchemeProvider, SchemesWithoutRequests>();
        services.AddDbContext<AuthorityContext>((provider, database) => provider.GetRequiredService<AuthorityTables>().Configure(database));
        services.AddOpenIddict()
            .AddCore(core => core
                .DisableEntityCaching()
                .UseEntityFrameworkCore(ef => ef.UseDbContext<AuthorityContext>().ReplaceDefaultEntities<OAuthClient, OAuthGrant, OAuthScope, OAuthToken, string>()))
            .AddCore(core => core
                .ReplaceApplicationStore<OAuthClient, RegisteredClients>()
                .ReplaceApplicationManager<OAuthClient, ClientRules>()
                .ReplaceTokenManager<OAuthToken, GrantedTokens>())
            .AddServer(Configure);
        services.AddOptions<OpenIddictServerOptions>().Configure<GatewayKeys, TimeProvider>((server, keys, clock) =>
        {
            server.Issuer = new Uri(options.Issuer);
            server.TimeProvider = clock;
            server.EncryptionCredentials.Add(new EncryptingCredentials(
                new SymmetricSecurityKey(keys.HashOf("authority", "codes and refresh tokens")), SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));

            // The first key signs; all are published.
            server.SigningCredentials.Add(new SigningCredentials(keys.SigningKey(), SecurityAlgorithms.EcdsaSha256));
            server.SigningCredentials.AddRange(keys.PublishedKeys().Where(key => key.KeyId != keys.SigningKey().KeyId)
                .Select(key => new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256)));
        });
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

    public static void MapAuthority(this WebApplication app, GatewayOptions options)
    {
        if (options.Authority.Length > 0)
        {
            return;
        }

        // Larger requests are refused before they are read.
        var authority = app.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(ClientCall.LongestForm));
        authority.AddEndpointFilter(Outages);
        foreach (var page in _metadata.Append(_keys).Append(_authorize).Append(_endSession))
        {
            authority.MapGet(page, AuthorityRequests.Handle);
        }

        foreach (var form in new[] { _token, _revoke, _introspect, _push })
        {
            authority.MapPost(form, AuthorityRequests.HandleForm);
        }

        authority.MapPost(_endSession, AuthorityRequests.AskAgain);
        app.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(_longestPageForm)).AddEndpointFilter(Outages).MapSignInPages(options);
    }

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.SetConfigurationEndpointUris(_metadata).SetJsonWebKeySetEndpointUris(_keys)
            .SetAuthorizationEndpointUris(_authorize).SetEndSessionEndpointUris(_endSession).SetPushedAuthorizationEndpointUris(_push)
            .SetTokenEndpointUris(_token).SetRevocationEndpointUris(_revoke).SetIntrospectionEndpointUris(_introspect);
        server.AllowClientCredentialsFlow().AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowTokenExchangeFlow().RequireProofKeyForCodeExchange();
        server.SetAccessTokenLifetime(TokenLifetime).SetIssuedTokenLifetime(TokenLifetime).SetIdentityTokenLifetime(TokenLifetime)
            .SetAuthorizationCodeLifetime(CodeLifetime).SetRefreshTokenLifetime(RefreshLifetime).SetRefreshTokenReuseLeeway(TimeSpan.Zero)
            .Configure(options =>
            {
                options.RequestTokenLifetime = PushedLifetime;
                options.CodeChallengeMethods.IntersectWith([CodeChallengeMethods.Sha256]);
            });

        // The gateway reads access tokens; so does everybody whom they are for.
        server.DisableAccessTokenEncryption();

        // The registry says what a client may ask for: see Client.Grant.
        server.DisableScopeValidation().DisableResourceValidation().DisableAudienceValidation();
        server.IgnoreScopePermissions().IgnoreEndpointPermissions().IgnoreResponseTypePermissions().IgnoreResourcePermissions().IgnoreAudiencePermissions();

        // Options.Check asks for https, or a loopback address. Behind a proxy, http is what arrives here.
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        AddProofs(server);
        AddHandlers(server);
    }

    /// <summary>Clients prove themselves by the registry's rules: see <see cref="ClientCall"/>.</summary>
    private static void AddProofs(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(ValidateClientType.Descriptor).RemoveEventHandler(ValidateClientSecret.Descriptor).RemoveEventHandler(ValidateClientCertificate.Descriptor);
        server.RemoveEventHandler(Exchange.ValidateClientCredentialsParameters.Descriptor)
            .RemoveEventHandler(Revocation.ValidateClientCredentialsParameters.Descriptor).RemoveEventHandler(Introspection.ValidateClientCredentialsParameters.Descriptor);
        Prove<ExtractTokenRequestContext>();
        Prove<ExtractRevocationRequestContext>();
        Prove<ExtractIntrospectionRequestContext>();
        Prove<ExtractPushedAuthorizationRequestContext>();

        void Prove<TContext>()
            where TContext : BaseValidatingContext =>
            server.AddEventHandler<TContext>(handler => handler.UseSingletonHandler<ProvenClient<TContext>>().SetOrder(int.MaxValue - 1000));
    }

    private static void AddHandlers(OpenIddictServerBuilder server)
    {
        Scoped<ValidateAuthorizationRequestContext, AuthorizationRequests>(Authentication.ValidateAuthentication.Descriptor.Order + 100);
        Scoped<HandleAuthorizationRequestContext, SignIn>(0);
        server.RemoveEventHandler(Authentication.AttachRedirectUri.Descriptor);
        Scoped<ApplyAuthorizationResponseContext, AuthorizationRequests>(Authentication.AttachRedirectUri.Descriptor.Order);
        Scoped<ValidatePushedAuthorizationRequestContext, PushedRequests>(Authentication.ValidatePushedClientRedirectUri.Descriptor.Order + 100);

        Scoped<ValidateEndSessionRequestContext, EndOfSession>(Session.ValidateAuthentication.Descriptor.Order + 100);
        Scoped<HandleEndSessionRequestContext, EndOfSession>(0);

        // OpenIddict knows client certificates alone, and answers a token with jkt with a server error.
        server.RemoveEventHandler(Protection.ValidateProofOfPossession.Descriptor);
        Scoped<ValidateTokenRequestContext, BoundTokens>(int.MinValue + 100_000);
        Scoped<ValidateTokenRequestContext, BoundCodes>(Exchange.ValidateAuthorizedParty.Descriptor.Order + 200);
        Scoped<ValidateAuthorizationRequestContext, BoundCodes>(Authentication.ValidateAuthentication.Descriptor.Order + 200);
        Scoped<ValidatePushedAuthorizationRequestContext, BoundCodes>(Authentication.ValidatePushedClientRedirectUri.Descriptor.Order + 200);
        Scoped<ProcessSignInContext, BoundTokens>(PrepareAccessTokenPrincipal.Descriptor.Order - 200);
        Scoped<ProcessSignInContext, BoundCodes>(PrepareAccessTokenPrincipal.Descriptor.Order - 100);
        Scoped<GenerateTokenContext, BoundTokens>(Protection.GenerateIdentityModelToken.Descriptor.Order - 50);
        Scoped<ApplyTokenResponseContext, BoundTokens>(int.MinValue + 100_000);
        Scoped<HandleIntrospectionRequestContext, BoundTokens>(int.MaxValue - 100_000);

        Scoped<ValidateTokenRequestContext, UsedUp>(Exchange.ValidateAuthorizedParty.Descriptor.Order + 100);
        Scoped<HandleTokenRequestContext, TokenRequests>(Exchange.AttachPrincipal.Descriptor.Order + 100);
        Scoped<ProcessSignInContext, TokenRequests>(PrepareIssuedTokenPrincipal.Descriptor.Order + 100);
        server.RemoveEventHandler(RedeemTokenEntry.Descriptor);
        Scoped<ProcessSignInContext, UsedUp>(RedeemTokenEntry.Descriptor.Order);
        Scoped<GenerateTokenContext, TokensWithoutRows>(Protection.CreateTokenEntry.Descriptor.Order - 100);
        Scoped<GenerateTokenContext, TokenForm>(Protection.GenerateIdentityModelToken.Descriptor.Order - 100);

        Scoped<ValidateRevocationRequestContext, Revocations>(Revocation.ValidateTokenType.Descriptor.Order - 100);
        server.RemoveEventHandler(Revocation.RevokeToken.Descriptor);
        Scoped<HandleRevocationRequestContext, Revocations>(Revocation.RevokeToken.Descriptor.Order);
        Scoped<HandleIntrospectionRequestContext, Introspections>(Introspection.AttachPrincipal.Descriptor.Order + 100);
        Scoped<ApplyIntrospectionResponseContext, Introspections>(int.MinValue + 100_000);
        Scoped<HandleConfigurationRequestContext, AuthorityMetadata>(int.MaxValue);

        void Scoped<TContext, THandler>(int order)
            where TContext : BaseContext
            where THandler : class, IOpenIddictServerHandler<TContext> =>
            server.AddEventHandler<TContext>(handler => handler.UseScopedHandler<THandler>().SetOrder(order));
    }

    /// <summary>Answers an outage of the store as an outage, not as a fault.</summary>
    private static async ValueTask<object?> Outages(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception failed) when (!call.HttpContext.Response.HasStarted
            && (failed is StoreUnavailableException || call.HttpContext.RequestServices.GetRequiredService<LedgerStore>().Unavailable(failed) is not null))
        {
            return ClientCall.Unavailable(call.HttpContext, "The store does not answer; try again in a moment.");
        }
    }
}
