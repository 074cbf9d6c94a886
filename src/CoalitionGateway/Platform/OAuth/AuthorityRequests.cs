using Microsoft.AspNetCore;
using CoalitionGateway.Platform.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Hands a request to OpenIddict. A client that must prove itself has done so before: see <see cref="ClientCall"/>.</summary>
internal static class AuthorityRequests
{
    /// <summary>A request of a browser, or one that anybody may send.</summary>
    public static async Task<IResult> Handle(HttpContext http, GatewayOptions options)
    {
        // Endpoints are named after the issuer, whatever a proxy or a forged Host header says.
        var issuer = new Uri(options.Issuer);
        (http.Request.Scheme, http.Request.Host, http.Request.PathBase) = (issuer.Scheme, new HostString(issuer.Authority), issuer.AbsolutePath.TrimEnd('/'));
        var handlers = http.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var authority = (IAuthenticationRequestHandler)(await handlers.GetHandlerAsync(http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme))!;
        return await authority.HandleRequestAsync() ? Results.Empty : Results.NotFound();
    }

    /// <summary>A form of a client that proves itself.</summary>
    public static async Task<IResult> HandleForm(
        HttpContext http, GatewayOptions options, ClientRegistry clients, ClientAssertions assertions, FailedAttempts attempts, RateLimits limits)
    {
        var (call, refusal) = await ClientCall.Read(http, clients, assertions, attempts, limits);
        if (call is null)
        {
            return refusal!;
        }

        http.Features.Set(call);
        return await Handle(http, options);
    }

    /// <summary>
    /// Lets a browser that posted ask again with GET (RFC 9110, section 15.4.4). Browsers send the session's cookie with nothing that another
    /// site posts.
    /// </summary>
    public static async Task<IResult> AskAgain(HttpContext http, GatewayOptions options)
    {
        var (form, fault) = await ClientCall.ReadForm(http);
        if (form is null)
        {
            return Results.StatusCode(fault);
        }

        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = options.Issuer + http.Request.Path + QueryString.Create(form.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value)));
        return Results.Empty;
    }

    /// <summary>The client that proved itself.</summary>
    public static Client ProvenClient(this OpenIddictServerTransaction transaction) => transaction.GetHttpRequest()!.HttpContext.Features.Get<ClientCall>()!.Client;
}

/// <summary>
/// Keeps the framework from asking the authority about every request: <see cref="AuthorityRequests"/> asks it about its own.
/// </summary>
internal sealed class SchemesWithoutRequests(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() => Task.FromResult<IEnumerable<AuthenticationScheme>>([]);
}

/// <summary>Names the client that proved itself to OpenIddict, whose own proofs are not used, and hides the proof.</summary>
internal sealed class ProvenClient<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public ValueTask HandleAsync(TContext context)
    {
        var request = context.Transaction.Request!;
        (request.ClientId, request.ClientSecret, request.ClientAssertion, request.ClientAssertionType) = (context.Transaction.ProvenClient().Id, null, null, null);
        return ValueTask.CompletedTask;
    }
}
