using Microsoft.AspNetCore.Antiforgery;

namespace CoalitionGateway.Portal.Layout;

/// <summary>Takes a form only from a page of this portal: by its token, and by the Origin header that every browser sends (RFC 6454).</summary>
internal sealed class OwnForms(IAntiforgery forms, PortalOptions options) : IEndpointFilter
{
    private readonly string _origin = new Uri(options.Address).GetLeftPart(UriPartial.Authority);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return HttpMethods.IsPost(http.Request.Method) && (http.Request.Headers.Origin != _origin || !await forms.IsRequestValidAsync(http))
            ? Page.Of<FailurePage, Failure>(http.RequestServices.GetRequiredService<Visit>(), Failure.OldForm, StatusCodes.Status400BadRequest)
            : await next(context);
    }
}
