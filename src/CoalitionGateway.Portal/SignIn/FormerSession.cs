using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace CoalitionGateway.Portal.SignIn;

/// <summary>
/// Ends the session that a browser had before a sign-in. The new one gets a name of its own: whoever knows the former cookie must not
/// come into it (session fixation).
/// </summary>
internal sealed class FormerSession(Sessions sessions, MemberTokens tokens, IOptionsMonitor<CookieAuthenticationOptions> cookies)
{
    // The claim in which the cookie handler keeps the session's name.
    private const string _name = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    public async Task End(HttpContext http)
    {
        var options = cookies.Get(CookieAuthenticationDefaults.AuthenticationScheme);
        if (options.CookieManager.GetRequestCookie(http, options.Cookie.Name!) is not { } cookie)
        {
            return;
        }

        // Without the cookie the handler makes a new session. With it, it would go on with the former one.
        http.Request.Headers.Remove("Cookie");
        if (options.TicketDataFormat.Unprotect(cookie)?.Principal.FindFirst(_name)?.Value is { } former && await sessions.RetrieveAsync(former) is { } ticket)
        {
            await sessions.RemoveAsync(former);
            await tokens.Revoke(ticket.Properties, http.RequestAborted);
        }
    }
}
