using CoalitionGateway.Shared;
using Duende.IdentityServer.Services;

namespace CoalitionGateway.Identity;

/// <summary>
/// The ids of assertions, taken once for all hosts. IdentityServer asks first and adds then; asking takes it here, so that
/// two requests at once cannot both be first. Where Redis does not answer every assertion counts as used.
/// </summary>
internal sealed class UsedAssertions(UsedOnce used, TimeProvider clock) : IReplayCache
{
    // No assertion is accepted for longer.
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    public async Task<bool> ExistsAsync(string purpose, string handle) =>
        await used.Take($"{purpose} {handle}", clock.GetUtcNow() + _longest) != true;

    public Task AddAsync(string purpose, string handle, DateTimeOffset expiration) => Task.CompletedTask;
}
