using Grpc.AspNetCore.Server;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Keeps the two listeners apart, and gives every page the headers that browsers obey. Each listener speaks one
/// protocol, so a request's protocol tells its listener: calls are HTTP/2, pages HTTP/1.1.
/// </summary>
internal static class Listeners
{
    // The route value that the framework sets for the path of an unknown method.
    private const string _unimplemented = "unimplementedMethod";

    private static readonly (string Name, string Value)[] _always =
    [
        (HeaderNames.XContentTypeOptions, "nosniff"),
        (HeaderNames.ContentSecurityPolicy, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        (HeaderNames.XFrameOptions, "DENY"),
        ("Referrer-Policy", "no-referrer"),

        // Browsers and proxies could show a cached page to others. Pages that may be cached say so themselves.
        (HeaderNames.CacheControl, "no-store"),
    ];

    /// <summary>Call this after routing. Hides pages on the listener of calls, and calls on the listener of pages.</summary>
    public static void UseListeners(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is { } endpoint && IsCall(context) != IsOfCalls(endpoint, context))
        {
            context.SetEndpoint(null);
        }

        return next(context);
    });

    /// <summary>Adds the security headers to every page that does not set its own.</summary>
    public static void UseSecurityHeaders(this WebApplication app, GatewayOptions options)
    {
        var isSecure = new[] { options.IssuerUrl, options.HttpUrl }.First(url => url.Length > 0).StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        app.Use((context, next) =>
        {
            if (!IsCall(context))
            {
                context.Response.OnStarting(isSecure ? AddSecure : Add, context.Response.Headers);
            }

            return next(context);
        });
    }

    private static bool IsCall(HttpContext context) => HttpProtocol.IsHttp2(context.Request.Protocol);

    private static bool IsOfCalls(Endpoint endpoint, HttpContext context) =>
        endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null || context.Request.RouteValues.ContainsKey(_unimplemented);

    private static Task AddSecure(object headers)
    {
        ((IHeaderDictionary)headers).TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000");
        return Add(headers);
    }

    private static Task Add(object headers)
    {
        foreach (var (name, value) in _always)
        {
            ((IHeaderDictionary)headers).TryAdd(name, value);
        }

        return Task.CompletedTask;
    }
}
