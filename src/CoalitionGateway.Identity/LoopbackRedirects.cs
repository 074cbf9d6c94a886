using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer.Validation;

namespace CoalitionGateway.Identity;

/// <summary>Apps of members listen on the loopback, on any port at a registered path (RFC 8252, section 7.3): the embedded authority's rule.</summary>
internal sealed class LoopbackRedirects(ClientRegistry registry) : IRedirectUriValidator
{
    public Task<bool> IsRedirectUriValidAsync(RedirectUriValidationContext context) => IsRegistered(context.RequestedUri, context.Client.ClientId);

    public Task<bool> IsRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => IsRegistered(requestedUri, client.ClientId);

    private async Task<bool> IsRegistered(string redirect, string clientId) =>
        await registry.Find(clientId, CancellationToken.None) is { } client && LoopbackRedirect.TryRead(redirect, client.RedirectPaths, out _);

    public Task<bool> IsPostLogoutRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => Task.FromResult(false);
}
