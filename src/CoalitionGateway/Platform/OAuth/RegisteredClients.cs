using System.Text.Json;
using CoalitionGateway.Ledger;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Shows OpenIddict the registry's clients. Every request reads the registry, so that no gateway has an old copy.</summary>
internal sealed class RegisteredClients(
    ClientRegistry registry, AuthorityContext rows, IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context,
    IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options)
    : OpenIddictEntityFrameworkCoreApplicationStore<OAuthClient, OAuthGrant, OAuthToken, string>(cache, context, options)
{
    private static readonly string _ofPeople = JsonSerializer.Serialize(
        new[] { Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.GrantTypes.TokenExchange });

    private static readonly string _ofMachines = JsonSerializer.Serialize(new[] { Permissions.GrantTypes.ClientCredentials, Permissions.GrantTypes.TokenExchange });

    // Of this request. One request asks for its client many times.
    private readonly Dictionary<string, OAuthClient?> _found = new(StringComparer.Ordinal);

    public override ValueTask<OAuthClient?> FindByIdAsync(string identifier, CancellationToken cancellationToken) => FindByClientIdAsync(identifier, cancellationToken);

    public override async ValueTask<OAuthClient?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken)
    {
        if (_found.TryGetValue(identifier, out var known))
        {
            return known;
        }

        var found = await registry.Find(identifier, cancellationToken) is { } client ? Of(client) : null;
        _found[identifier] = found;
        if (found is { Registered.SignsPeopleIn: true })
        {
            // OpenIddict looks for the client of a new grant or token here before it asks the table, which has no rows.
            rows.Attach(found);
        }

        return found;
    }

    private static OAuthClient Of(Client client) => new()
    {
        Id = client.Id,
        ClientId = client.Id,
        ClientType = client.IsPublic ? ClientTypes.Public : ClientTypes.Confidential,
        ConsentType = ConsentTypes.Implicit,
        Permissions = client.SignsPeopleIn ? _ofPeople : _ofMachines,
        Registered = client,
    };
}

/// <summary>The registry's own rules for clients, where OpenIddict's are others.</summary>
internal sealed class ClientRules(
    IOpenIddictApplicationCache<OAuthClient> cache, ILogger<OpenIddictApplicationManager<OAuthClient>> log, IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OAuthClient> store)
    : OpenIddictApplicationManager<OAuthClient>(cache, log, options, store)
{
    public override ValueTask<bool> ValidateRedirectUriAsync(OAuthClient application, string uri, CancellationToken cancellationToken = default) =>
        new(!application.Registered.IsSuspended && application.Registered.TryRedirect(uri, out _));

    public override ValueTask<bool> ValidatePostLogoutRedirectUriAsync(OAuthClient application, string uri, CancellationToken cancellationToken = default) =>
        new(!application.Registered.IsSuspended && application.Registered.TryRedirect(uri, out _));
}
