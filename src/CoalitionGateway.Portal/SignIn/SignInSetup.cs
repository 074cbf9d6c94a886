using CoalitionGateway.Client;
using CoalitionGateway.Portal.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using StackExchange.Redis;

namespace CoalitionGateway.Portal.SignIn;

/// <summary>Signs members in at the authority (OpenID Connect, authorization code with PKCE), and out.</summary>
internal static class SignInSetup
{
    public const string SignedInPath = "/signed-in";
    public const string SignedOutPath = "/signed-out";

    /// <summary>Where a member whose sign-in is some time ago signs in again, and comes back.</summary>
    public const string AgainPath = "/sign-in/again";

    private static readonly IReadOnlyList<string> _scopes =
    [
        "openid", "offline_access", "balances.read", "consents.read", "consents.write", "log.read", "members.link", "members.read", "members.write",
        "personal_data.read", "personal_data.write", "pools.read", "pools.write", "programmes.read", "spending.read", "spending.write", "transfers.read", "transfers.write",
    ];

    // A page must answer soon, so that it can say what is wrong.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(1);

    public static void AddSignIn(this IServiceCollection services, PortalOptions options)
    {
        AddSessions(services, options);
        services.AddSingleton<MemberTokens>();
        services.AddSingleton<FormerSession>();
        services.AddHttpContextAccessor();
        services.AddSingleton(provider =>
        {
            // One connection for all members. Each call has the token of the member whose page is made.
            var visits = provider.GetRequiredService<IHttpContextAccessor>();
            return new CoalitionClient(new Uri(options.GatewayUrl), _ => MemberTokens.Of(visits.HttpContext!), retries: new Retries { Patience = _patience });
        });
        services.AddScoped<Visit>();
        services.AddAuthentication(schemes =>
        {
            schemes.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            schemes.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
        }).AddCookie(cookies =>
        {
            // The prefix keeps other hosts of the domain from setting the cookie (RFC 6265bis, section 4.1.3.2).
            cookies.Cookie.Name = options.IsSecure ? "__Host-coalition-portal" : "coalition-portal";
            Harden(cookies.Cookie, options);
            (cookies.ExpireTimeSpan, cookies.SlidingExpiration) = (TimeSpan.FromHours(options.SessionHours), false);
            cookies.Events.OnValidatePrincipal = context => context.HttpContext.RequestServices.GetRequiredService<MemberTokens>().Validate(context);
        }).AddOpenIdConnect(oidc =>
        {
            (oidc.Authority, oidc.ClientId, oidc.RequireHttpsMetadata) = (options.Authority.TrimEnd('/'), options.ClientId, !new Uri(options.Authority).IsLoopback);
            oidc.ClientSecret = options.ClientSecretFile.Length > 0 ? File.ReadAllText(options.ClientSecretFile).Trim() : null;
            (oidc.ResponseType, oidc.ResponseMode, oidc.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
            (oidc.CallbackPath, oidc.SignedOutCallbackPath) = (SignedInPath, SignedOutPath);
            (oidc.SaveTokens, oidc.MapInboundClaims, oidc.GetClaimsFromUserInfoEndpoint, oidc.UseTokenLifetime) = (true, false, false, false);
            oidc.TokenValidationParameters.NameClaimType = "sub";
            oidc.Scope.Clear();
            foreach (var scope in _scopes)
            {
                oidc.Scope.Add(scope);
            }

            Harden(oidc.CorrelationCookie, options);
            Harden(oidc.NonceCookie, options);
            oidc.BackchannelTimeout = TimeSpan.FromSeconds(10);
            oidc.Events.OnTicketReceived = context => context.HttpContext.RequestServices.GetRequiredService<FormerSession>().End(context.HttpContext);
            oidc.Events.OnRedirectToIdentityProvider = context => Ask(context, options);
            oidc.Events.OnRedirectToIdentityProviderForSignOut = context =>
            {
                context.ProtocolMessage.PostLogoutRedirectUri = options.Address + SignedOutPath;
                return Task.CompletedTask;
            };
            oidc.Events.OnRemoteFailure = context =>
            {
                // The member did not allow it, came back late, or twice. The first page offers to sign in.
                context.Response.Redirect($"{options.Address}/?problem=sign-in");
                context.HandleResponse();
                return Task.CompletedTask;
            };
        });
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme).Configure<TimeProvider>((oidc, clock) =>
            oidc.TokenValidationParameters.LifetimeValidator = (from, until, _, _) =>
                from - _clockSkew <= clock.GetUtcNow().UtcDateTime && clock.GetUtcNow().UtcDateTime <= until + _clockSkew);
        services.AddAuthorization();
    }

    public static void UseSignIn(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet("/sign-in", (HttpContext http, PortalOptions options) => Results.Challenge(new AuthenticationProperties(
            new Dictionary<string, string?> { ["hint"] = options.SandboxMembers.FirstOrDefault(member => member.MembershipNumber == http.Request.Query["as"])?.MembershipNumber })
        {
            RedirectUri = OwnPath.Of(http.Request.Query["return"]),
        }));
        app.MapGet(AgainPath, (HttpContext http) => Results.Challenge(new OpenIdConnectChallengeProperties { RedirectUri = OwnPath.Of(http.Request.Query["return"]), Prompt = "login" }));
        app.MapPost("/sign-out", async (HttpContext http, MemberTokens tokens) =>
        {
            var found = await http.AuthenticateAsync();
            if (!found.Succeeded)
            {
                return Results.Redirect("/");
            }

            await tokens.Revoke(found.Properties, http.RequestAborted);
            // Properties of its own: those of the session hold the tokens, and would go into the address.
            return Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]);
        }).AddEndpointFilter<OwnForms>();
    }

    /// <summary>Where the portal is, in which language the member reads, and, in a sandbox, who it is.</summary>
    private static Task Ask(RedirectContext context, PortalOptions options)
    {
        context.ProtocolMessage.RedirectUri = options.Address + SignedInPath;
        context.ProtocolMessage.UiLocales = Words.PortalWords.Of(context.HttpContext).Language.Code;
        context.ProtocolMessage.LoginHint = context.Properties.Items.TryGetValue("hint", out var hint) ? hint : null;
        return Task.CompletedTask;
    }

    private static void Harden(CookieBuilder cookie, PortalOptions options) => (cookie.HttpOnly, cookie.SameSite, cookie.IsEssential, cookie.SecurePolicy) =
        (true, SameSiteMode.Lax, true, options.CookiePolicy);

    private static void AddSessions(IServiceCollection services, PortalOptions options)
    {
        var keys = services.AddDataProtection().SetApplicationName("coalition-portal");
        if (options.Redis.Length == 0)
        {
            keys.UseEphemeralDataProtectionProvider();
            services.AddSingleton<Sessions, MemorySessions>();
        }
        else
        {
            var settings = ConfigurationOptions.Parse(options.Redis);
            settings.AbortOnConnectFail = false;
            settings.Password = options.RedisPasswordFile.Length > 0 ? File.ReadAllText(options.RedisPasswordFile).Trim() : settings.Password;
            var redis = ConnectionMultiplexer.Connect(settings);
            services.AddSingleton<IConnectionMultiplexer>(redis);
            keys.PersistKeysToStackExchangeRedis(redis, "portal:keys");
            services.AddSingleton<Sessions, RedisSessions>();
        }

        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<Sessions>((cookies, sessions) => cookies.SessionStore = sessions);
    }
}
