using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>The pages on which members sign in. They belong to the authority: without the embedded one there are none.</summary>
internal static class PagesSetup
{
    public static void AddSignInPages(this IServiceCollection services, GatewayOptions options)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddAuthentication().AddIdentityCookies();
        if (options.Issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            // Behind a proxy, requests arrive by http.
            services.ConfigureAll<CookieAuthenticationOptions>(cookies => cookies.Cookie.SecurePolicy = CookieSecurePolicy.Always);
        }

        services.AddIdentityCore<Account>().AddSignInManager().AddUserStore<PasskeyAccounts>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            var origin = new Uri(options.Issuer).GetLeftPart(UriPartial.Authority);
            passkeys.ServerDomain = new Uri(options.Issuer).Host;
            (passkeys.UserVerificationRequirement, passkeys.ResidentKeyRequirement) = ("required", "required");
            passkeys.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == origin);
        });
        services.AddScoped<SignInSessions>();
        services.AddScoped<AppAccesses>();
        services.AddScoped<ConsentPages>();
        services.AddScoped<SignInPages>();
        services.AddScoped<AccountPages>();
        services.AddScoped<PasskeyEndpoints>();
    }

    public static void MapSignInPages(this RouteGroupBuilder authority, GatewayOptions options)
    {
        authority.AddEndpointFilter(new OwnForms(options));
        authority.MapGet("sign-in", (HttpContext http, SignInPages pages) => pages.Show(http));
        authority.MapGet("sign-in/code", (HttpContext http, SignInPages pages) => pages.ShowCode(http));
        authority.MapPost("sign-in/code", (HttpContext http, SignInPages pages) => pages.TakeCode(http));
        authority.MapPost("sign-in/new-start", (HttpContext http, SignInPages pages) => pages.BeginNewStart(http));
        authority.MapGet("sign-in/recovery", (HttpContext http, SignInPages pages) => pages.ShowRecovery(http));
        authority.MapPost("sign-in/recovery", (HttpContext http, SignInPages pages) => pages.TakeRecoveryCode(http));
        authority.MapPost("sign-in/consent", (HttpContext http, ConsentPages pages) => pages.Decide(http));

        authority.MapPost("sign-in/options", (PasskeyEndpoints passkeys) => passkeys.UseOptions());
        authority.MapPost("sign-in/passkey", (HttpContext http, PasskeyEndpoints passkeys) => passkeys.Use(http));
        authority.MapPost("sign-in/passkeys/options", (HttpContext http, PasskeyEndpoints passkeys) => passkeys.MakeOptions(http));
        authority.MapPost("sign-in/passkeys", (HttpContext http, PasskeyEndpoints passkeys) => passkeys.Make(http));

        authority.MapGet("account", (HttpContext http, AccountPages pages) => pages.Show(http));
        authority.MapGet("account/passkeys/new", (HttpContext http, AccountPages pages) => pages.ShowMake(http));
        authority.MapPost("account/passkeys/remove", (HttpContext http, AccountPages pages) => pages.RemovePasskey(http));
        authority.MapPost("account/recovery-codes", (HttpContext http, AccountPages pages) => pages.MakeRecoveryCodes(http));
        authority.MapPost("account/sessions/end", (HttpContext http, AccountPages pages) => pages.EndSession(http));
        authority.MapPost("account/apps/withdraw", (HttpContext http, AccountPages pages) => pages.WithdrawApp(http));
        authority.MapPost("account/code/cancel", (HttpContext http, AccountPages pages) => pages.CancelCode(http));
        authority.MapPost("account/sign-out", (HttpContext http, AccountPages pages) => pages.SignOut(http));

        foreach (var (name, type) in new[] { ("style.css", "text/css"), ("passkeys.js", "text/javascript") })
        {
            using var stream = typeof(PagesSetup).Assembly.GetManifestResourceStream($"Pages/{name}")!;
            using var reader = new StreamReader(stream);
            var text = reader.ReadToEnd();
            authority.MapGet($"sign-in/{name}", () => Results.Text(text, type));
        }
    }
}

/// <summary>
/// Takes a POST only from a page of this authority (RFC 6454: the Origin header, which every browser sends with a POST). Together with
/// SameSite=Lax this keeps other sites from posting in a member's name.
/// </summary>
internal sealed class OwnForms(GatewayOptions options) : IEndpointFilter
{
    private readonly string _origin = new Uri(options.Issuer).GetLeftPart(UriPartial.Authority);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        HttpMethods.IsPost(context.HttpContext.Request.Method) && context.HttpContext.Request.Headers.Origin != _origin
            ? Results.StatusCode(StatusCodes.Status403Forbidden)
            : await next(context);
}
