using Grpc.AspNetCore.Server;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Keeps the two listeners apart, and gives every page the headers that browsers heed. Each listener speaks one protocol,
/// so that the protocol tells which of them a request came to: calls are HTTP/2, pages HTTP/1.1.
/// </summary>
internal static class Listeners
{
    // The name that the framework gives to the method of a path that no method has.
    private const string _unimplemented = "unimplementedMethod";

    private static readonly (string Name, string Value)[] _always =
    [
        (HeaderNames.XContentTypeOptions, "nosniff"),
        (HeaderNames.ContentSecurityPolicy, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        (HeaderNames.XFrameOptions, "DENY"),
        ("Referrer-Policy", "no-referrer"),

        // What browsers and proxies keep could be shown to others; pages that may be kept say so themselves.
        (HeaderNames.CacheControl, "no-store"),
    ];

    /// <summary>After routing: a page is not there on the listener of calls, nor a call on that of pages.</summary>
    public static void UseListeners(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is { } endpoint && IsCall(context) != IsOfCalls(endpoint, context))
        {
            context.SetEndpoint(null);
        }

        return next(context);
    });

    /// <summary>Headers of every page, unless the page has its own.</summary>
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
