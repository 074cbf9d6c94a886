using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>Answers with a page, rendered on the server, and with the headers that keep it from being framed, scripted or stored.</summary>
internal static class Page
{
    private const string _policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'";

    /// <param name="http">The request.</param>
    /// <param name="parameters">The page's parameters.</param>
    /// <param name="redirect">Where a form of the page may lead beside this host: browsers hold form-action to redirects too.</param>
    public static RazorComponentResult<TPage> Of<TPage>(HttpContext http, object parameters, string redirect = "")
        where TPage : IComponent
    {
        http.Response.Headers.ContentSecurityPolicy = $"{_policy} {redirect}".TrimEnd();

        // With "no-referrer", browsers would say "Origin: null" when a form is posted, and OwnForms could not tell its page.
        http.Response.Headers["Referrer-Policy"] = "same-origin";
        return new RazorComponentResult<TPage>(parameters) { PreventStreamingRendering = true };
    }
}
