using CoalitionGateway.Identity;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Platform.Store;
using CoalitionGateway;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Validation;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

await Identity.Build(args).RunAsync();

namespace CoalitionGateway.Identity
{
    /// <summary>
    /// The coalition's authorization server, on Duende IdentityServer: the gateways name it in Gateway:Authority. Clients,
    /// scopes and keys are those of the gateways' registry, read at each request: no copy of it can be old.
    /// </summary>
    internal static class Identity
    {
        /// <param name="args">The gateway's configuration: Gateway:Postgres, Gateway:IssuerUrl, Gateway:HttpUrl; and Duende:LicenseKey.</param>
        /// <exception cref="InvalidOperationException">The configuration names no PostgreSQL database.</exception>
        public static WebApplication Build(string[] args)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            var options = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
            options.Check();
            if (options.Postgres.Length == 0)
            {
                throw new InvalidOperationException("Set Gateway:Postgres to the gateways' database: SQLite is one process's own, with the embedded authority.");
            }

            builder.WebHost.UseUrls(options.HttpUrl);

            // What is larger is refused before it is read.
            builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = ClientCall.LongestForm);
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddStore(options);
            builder.Services.AddRegistry();

            // Requests' paths have members' numbers in them.
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

            // Cookies last a minute: their keys may go with the process.
            builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();

            // One key, the coalition's, at every replica: IdentityServer's own would be made and rotated by each host alone.
            var keys = new GatewayKeys(options);
            var credentials = new SigningCredentials(keys.SigningKey(), SecurityAlgorithms.EcdsaSha256);
            builder.Services.AddIdentityServer(identity => Configure(identity, options, builder.Configuration["Duende:LicenseKey"]))
                .AddSigningCredential(credentials)
                .AddValidationKey([.. keys.PublishedKeys().SkipLast(1).Select(key => new SecurityKeyInfo { Key = key, SigningAlgorithm = SecurityAlgorithms.EcdsaSha256 })])
                .AddClientStore<RegistryClients>()
                .AddResourceStore<RegistryResources>()
                .AddCustomTokenRequestValidator<CallerClaims>()
                .AddSecretParser<JwtBearerClientAssertionSecretParser>()
                .AddSecretValidator<AssertedClients>()
                .AddRedirectUriValidator<LoopbackRedirects>()
                .AddProfileService<RegistryMembers>();

            var app = builder.Build();

            // Endpoints are named as the issuer is, whatever a proxy before the host, or a forged Host header, says.
            var issuer = new Uri(options.Issuer);
            app.Use((http, next) =>
            {
                (http.Request.Scheme, http.Request.Host) = (issuer.Scheme, new HostString(issuer.Authority));
                return next(http);
            });
            app.UseIdentityServer();
            app.MapGet(SignInEndpoint.Path, SignInEndpoint.Handle);
            app.MapGet(ErrorEndpoint.Path, ErrorEndpoint.Handle);
            app.MapGet("/healthz/live", () => Results.Ok());
            return app;
        }

        /// <summary>What IdentityServer's defaults leave wider than the gateways want it, each with its reason.</summary>
        private static void Configure(Duende.IdentityServer.Configuration.IdentityServerOptions identity, GatewayOptions options, string? license)
        {
            identity.LicenseKey = license;

            // Clients know one name of the issuer, whatever a proxy before it calls the host.
            identity.IssuerUri = options.Issuer;

            // RFC 9068, section 2.1; it is the default, and what the gateways insist on.
            identity.AccessTokenJwtType = "at+jwt";

            // RFC 9068, section 2.2.3, and RFC 8693: one text, as in every other token that the gateways see.
            identity.EmitScopesAsSpaceDelimitedStringInJwt = true;

            // The default is five minutes: as long as an access token lasts.
            identity.JwtValidationClockSkew = AccessSetup.ClockSkew;

            // What assertions may be signed with, as discovery tells it; the defaults are nine.
            identity.SupportedClientAssertionSigningAlgorithms = ClientAssertions.Algorithms;

            // Only long enough to come back from the sign-in; the default is ten hours, in which any program on the member's
            // machine could fetch a code with the browser's cookie. Lax: the default, None, needs https all the way.
            identity.Authentication.CookieLifetime = TimeSpan.FromMinutes(1);
            identity.Authentication.CookieSlidingExpiration = false;
            identity.Authentication.CookieSameSiteMode = SameSiteMode.Lax;

            // One key, below; no keys of its own in a folder of each host.
            identity.KeyManagement.Enabled = false;

            // Only what the coalition's clients use; most are open by default.
            identity.Endpoints.EnableBackchannelAuthenticationEndpoint = false;
            identity.Endpoints.EnableCheckSessionEndpoint = false;
            identity.Endpoints.EnableDeviceAuthorizationEndpoint = false;
            identity.Endpoints.EnableEndSessionEndpoint = false;
            identity.Endpoints.EnableIntrospectionEndpoint = false;
            identity.Endpoints.EnablePushedAuthorizationEndpoint = false;
            identity.Endpoints.EnableUserInfoEndpoint = false;

            // It knows reference tokens alone: of ours it would say that one is revoked, and it would go on.
            identity.Endpoints.EnableTokenRevocationEndpoint = false;
            identity.UserInteraction.LoginUrl = SignInEndpoint.Path;
            identity.UserInteraction.ErrorUrl = ErrorEndpoint.Path;

            // Requests are logged; membership numbers are not.
            identity.Logging.AuthorizeRequestSensitiveValuesFilter.Add("login_hint");
        }
    }
}
