using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer.Validation;

namespace CoalitionGateway.Identity;

/// <summary>The registry's rule for redirects: exact, but for the port of a native app's on the loopback (RFC 8252, section 7.3).</summary>
internal sealed class LoopbackRedirects(ClientRegistry registry) : IRedirectUriValidator
{
    public Task<bool> IsRedirectUriValidAsync(RedirectUriValidationContext context) => IsRegistered(context.RequestedUri, context.Client.ClientId);

    public Task<bool> IsRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => IsRegistered(requestedUri, client.ClientId);

    private async Task<bool> IsRegistered(string redirect, string clientId) =>
        await registry.Find(clientId, CancellationToken.None) is { } client && client.TryRedirect(redirect, out _);

    public Task<bool> IsPostLogoutRedirectUriValidAsync(string requestedUri, Duende.IdentityServer.Models.Client client) => Task.FromResult(false);
}
