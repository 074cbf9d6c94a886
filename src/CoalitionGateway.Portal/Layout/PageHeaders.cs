namespace CoalitionGateway.Portal.Layout;

/// <summary>The headers that keep pages from being framed, scripted, stored or told to other sites.</summary>
internal sealed class PageHeaders(PortalOptions options)
{
    // Forms lead to the authority, where an old sign-in is renewed.
    private readonly string _policy =
        $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {new Uri(options.Authority).GetLeftPart(UriPartial.Authority)}";

    public Task Add(HttpContext http, RequestDelegate next)
    {
        Put(http.Response.Headers);
        return next(http);
    }

    public void Put(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        (headers.CacheControl, headers.Pragma) = ("no-cache, no-store", "no-cache");
        if (options.IsSecure)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
