using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Access;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Stores;

namespace CoalitionGateway.Identity;

/// <summary>One resource, the gateways, with the scopes that the contract's methods name.</summary>
internal sealed class RegistryResources : IResourceStore
{
    private static readonly ApiScope[] _scopes = [.. MethodRules.Scopes.Select(scope => new ApiScope(scope))];

    private static readonly ApiResource _gateway = new(AccessSetup.Audience)
    {
        Scopes = [.. MethodRules.Scopes],
        AllowedAccessTokenSigningAlgorithms = ["ES256"],
    };

    public Task<IEnumerable<IdentityResource>> FindIdentityResourcesByScopeNameAsync(IEnumerable<string> scopeNames) =>
        Task.FromResult<IEnumerable<IdentityResource>>([]);

    public Task<IEnumerable<ApiScope>> FindApiScopesByNameAsync(IEnumerable<string> scopeNames) =>
        Task.FromResult<IEnumerable<ApiScope>>([.. _scopes.Where(scope => scopeNames.Contains(scope.Name))]);

    public Task<IEnumerable<ApiResource>> FindApiResourcesByScopeNameAsync(IEnumerable<string> scopeNames) =>
        Task.FromResult<IEnumerable<ApiResource>>(scopeNames.Any(_gateway.Scopes.Contains) ? [_gateway] : []);

    public Task<IEnumerable<ApiResource>> FindApiResourcesByNameAsync(IEnumerable<string> apiResourceNames) =>
        Task.FromResult<IEnumerable<ApiResource>>(apiResourceNames.Contains(_gateway.Name) ? [_gateway] : []);

    public Task<Resources> GetAllResourcesAsync() => Task.FromResult(new Resources([], [_gateway], _scopes));
}
