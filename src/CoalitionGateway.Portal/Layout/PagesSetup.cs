using System.Text.Encodings.Web;
using System.Text.Unicode;
using CoalitionGateway.Portal.Words;

namespace CoalitionGateway.Portal.Layout;

/// <summary>What holds for every page: its headers, its forms, and what happens when the gateway does not answer.</summary>
internal static class PagesSetup
{
    public static void AddPages(this IServiceCollection services, PortalOptions options)
    {
        services.AddRazorComponents();

        // Letters of all languages as they are, and not as entities: the pages are UTF-8.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "coalition-portal-form";
            (forms.Cookie.HttpOnly, forms.Cookie.SameSite, forms.Cookie.SecurePolicy, forms.FormFieldName) = (true, SameSiteMode.Strict, options.CookiePolicy, "form_token");
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<PageHeaders>();
        services.AddHealthChecks();
    }

    public static void UsePages(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<PageHeaders>().Add);
        app.Use(PortalWords.Choose);
        app.Use(Failures.Show);
        app.UseRouting();
    }

    /// <summary>The pages of signed-in members.</summary>
    public static RouteGroupBuilder MapMembersPages(this WebApplication app)
    {
        var members = app.MapGroup("").RequireAuthorization();
        members.AddEndpointFilter<OwnForms>();
        return members;
    }

    /// <summary>For a balancer: the portal runs. A page reports it when the gateway is down.</summary>
    public static void MapHealth(this WebApplication app) => app.MapHealthChecks("/health/live").ShortCircuit();
}
