using System.Text.Encodings.Web;
using System.Text.Unicode;
using CoalitionGateway.Client;
using CoalitionGateway.Portal.SignIn;
using CoalitionGateway.Portal.Words;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Portal.Layout;

/// <summary>What holds for every page: its headers, its forms, and what happens when the gateway does not answer.</summary>
internal static class PagesSetup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();

        // Letters of all languages as they are, and not as entities: the pages are UTF-8.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "coalition-portal-form";
            (forms.Cookie.HttpOnly, forms.Cookie.SameSite, forms.Cookie.SecurePolicy, forms.FormFieldName) = (true, SameSiteMode.Strict, CookieSecurePolicy.SameAsRequest, "form_token");
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddHealthChecks();
    }

    public static void UsePages(this WebApplication app)
    {
        var headers = new PageHeaders(app.Services.GetRequiredService<PortalOptions>());
        app.Use(headers.Add);
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

    /// <summary>For a balancer. The portal is ready while it runs: what its pages need, each page tells.</summary>
    public static void MapHealth(this WebApplication app) => app.MapHealthChecks("/health/live");
}

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

/// <summary>Takes a form only from a page of this portal: by its token, and by the Origin header that every browser sends (RFC 6454).</summary>
internal sealed class OwnForms(IAntiforgery forms, PortalOptions options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return HttpMethods.IsPost(http.Request.Method) && (http.Request.Headers.Origin != new Uri(options.Address).GetLeftPart(UriPartial.Authority) || !await forms.IsRequestValidAsync(http))
            ? Page.Of<FailurePage, Failure>(http.RequestServices.GetRequiredService<Visit>(), Failure.OldForm, StatusCodes.Status400BadRequest)
            : await next(context);
    }
}

/// <summary>Why a page cannot be shown.</summary>
public enum Failure
{
    NotFound,
    OldForm,
    NoAnswer,
    Busy,
    Fault,
}

/// <summary>Turns failures of a whole request into a page, or into a new sign-in.</summary>
internal static partial class Failures
{
    public static async Task Show(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, HasStarted: false, ContentType: null })
            {
                await Page(http, Failure.NotFound, http.Response.StatusCode);
            }
        }
        catch (RpcException failed) when (!http.Response.HasStarted)
        {
            await Answer(http, failed);
        }
        catch (Exception failed) when (failed is HttpRequestException or InvalidOperationException { InnerException: HttpRequestException or IOException } && !http.Response.HasStarted)
        {
            // The authority cannot be reached.
            await Page(http, Failure.NoAnswer, StatusCodes.Status503ServiceUnavailable);
        }
        catch (BadHttpRequestException failed) when (!http.Response.HasStarted)
        {
            await Page(http, Failure.NotFound, failed.StatusCode);
        }
        catch (Exception failed) when (!http.Response.HasStarted && failed is not OperationCanceledException)
        {
            LogFault(Log(http), failed, http.Request.Method, http.Request.Path);
            await Page(http, Failure.Fault, StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void LogFault(ILogger log, Exception failed, string method, string path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: the gateway answered {Status}.")]
    private static partial void LogRefusal(ILogger log, string method, string path, string status);

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Failures));

    private static Task Answer(HttpContext http, RpcException failed)
    {
        var refusal = GatewayRefusal.From(failed);
        if (refusal?.Reason == ErrorReason.SignInTooOld)
        {
            // After a form, the member comes back to its page, and sends it again.
            http.Response.Redirect($"{SignInSetup.AgainPath}?return={Uri.EscapeDataString(http.Request.Path + Again(http.Request))}");
            return Task.CompletedTask;
        }

        if (failed.StatusCode == StatusCode.Unauthenticated)
        {
            return SignOut(http);
        }

        LogRefusal(Log(http), http.Request.Method, http.Request.Path, failed.Status.ToString());
        return failed.StatusCode switch
        {
            StatusCode.NotFound or StatusCode.InvalidArgument => Page(http, Failure.NotFound, StatusCodes.Status404NotFound),
            StatusCode.ResourceExhausted => Page(http, Failure.Busy, StatusCodes.Status503ServiceUnavailable),
            _ when Retries.MayPass(failed) || failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded => Page(http, Failure.NoAnswer, StatusCodes.Status503ServiceUnavailable),
            _ => Page(http, Failure.Fault, StatusCodes.Status500InternalServerError),
        };
    }

    /// <summary>The token ended before its time: access was withdrawn, or the member was erased.</summary>
    private static async Task SignOut(HttpContext http)
    {
        await http.SignOutAsync();
        http.Response.Redirect("/?problem=ended");
    }

    /// <summary>The fields of a form as a query, so that its page can show them again. What must be made anew is left out.</summary>
    private static QueryString Again(HttpRequest request) => request.HasFormContentType
        ? QueryString.Create(request.Form.Where(field => field.Key is not ("form_token" or "request_id")).Select(field => KeyValuePair.Create(field.Key, (string?)field.Value.ToString())))
        : request.QueryString;

    private static Task Page(HttpContext http, Failure failure, int status)
    {
        http.Response.Clear();
        new PageHeaders(http.RequestServices.GetRequiredService<PortalOptions>()).Put(http.Response.Headers);
        return Layout.Page.Of<FailurePage, Failure>(http.RequestServices.GetRequiredService<Visit>(), failure, status).ExecuteAsync(http);
    }
}
