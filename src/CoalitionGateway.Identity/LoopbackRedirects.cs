using CoalitionGateway.OAuth;
using Duende.IdentityServer.Validation;

namespace CoalitionGateway.Identity;

/// <summary>Apps of members listen on the loopback, on any port (RFC 8252, section 7.3): the embedded issuer's rule.</summary>
internal sealed class LoopbackRedirects : IRedirectUriValidator
{
    public Task<bool> IsRedirectUriValidAsync(RedirectUriValidationContext context) => Task.FromResult(AuthorizeEndpoint.IsLoopback(context.RequestedUri, out _));

    public Task<bool> IsRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => Task.FromResult(AuthorizeEndpoint.IsLoopback(requestedUri, out _));

    public Task<bool> IsPostLogoutRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => Task.FromResult(false);
}
