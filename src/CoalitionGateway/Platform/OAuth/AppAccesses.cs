using System.Text.Json;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.OAuth.Pages;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// What members allowed apps to do for them. This is OAuth's consent, to an app's access. Consent to data sharing (GDPR Art. 6(1)(a)) is
/// the ledger's, and neither follows from the other.
/// </summary>
internal sealed class AppAccesses(AuthorityContext rows, ClientRegistry clients, IOpenIddictApplicationManager applications, IOpenIddictAuthorizationManager grants, IOpenIddictTokenManager tokens, TimeProvider clock)
{
    /// <summary>Whether an account allowed an app all of these scopes.</summary>
    public async Task<bool> Covers(AccountId account, string clientId, IReadOnlyList<string> scopes, CancellationToken cancellation) =>
        (await Allowed(account, clientId, cancellation)).Any(allowed => scopes.All(allowed.Contains));

    /// <summary>Remembers that a member allowed an app these scopes.</summary>
    public async Task Allow(AccountId account, string clientId, IReadOnlyList<string> scopes)
    {
        // The lookup makes the client known to the rows.
        await applications.FindByClientIdAsync(clientId, CancellationToken.None);
        var allowed = new OpenIddictAuthorizationDescriptor
        {
            ApplicationId = clientId, CreationDate = clock.GetUtcNow(), Status = Statuses.Valid, Subject = account.Value, Type = AuthorizationTypes.Permanent,
        };
        allowed.Scopes.UnionWith((await Allowed(account, clientId, CancellationToken.None)).SelectMany(before => before).Concat(scopes));
        var former = await Permanent(account).Where(grant => EF.Property<string>(grant, "ApplicationId") == clientId).Select(grant => grant.Id).ToListAsync(CancellationToken.None);
        await grants.CreateAsync(allowed, CancellationToken.None);
        await rows.Set<OAuthGrant>().Where(grant => former.Contains(grant.Id)).ExecuteDeleteAsync(CancellationToken.None);
    }

    /// <summary>The apps to which a member gave access, in the order of their names.</summary>
    public async Task<IReadOnlyList<AppAccess>> All(AccountId account, CancellationToken cancellation)
    {
        var found = await Permanent(account).Select(grant => new { ClientId = EF.Property<string>(grant, "ApplicationId"), grant.Scopes }).ToListAsync(cancellation);
        var apps = new List<AppAccess>();
        foreach (var app in found.GroupBy(grant => grant.ClientId))
        {
            var name = (await clients.Find(app.Key, cancellation))?.DisplayName ?? app.Key;
            apps.Add(new AppAccess(app.Key, name, [.. app.SelectMany(grant => ScopesOf(grant.Scopes)).Distinct()]));
        }

        return [.. apps.OrderBy(app => app.Name, StringComparer.Ordinal)];
    }

    /// <summary>Takes the access of an app, or of all apps, back: their tokens end at once.</summary>
    public async Task Withdraw(AccountId account, string? clientId)
    {
        var subject = account.Value;
        var own = rows.Set<OAuthGrant>().Where(grant => grant.Subject == subject && grant.Status == Statuses.Valid && (clientId == null || EF.Property<string>(grant, "ApplicationId") == clientId));
        foreach (var id in await own.Select(grant => grant.Id!).ToListAsync(CancellationToken.None))
        {
            await tokens.RevokeByAuthorizationIdAsync(id, CancellationToken.None);
        }

        await own.ExecuteUpdateAsync(change => change.SetProperty(grant => grant.Status, Statuses.Revoked), CancellationToken.None);
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> Allowed(AccountId account, string clientId, CancellationToken cancellation) =>
        [.. (await Permanent(account).Where(grant => EF.Property<string>(grant, "ApplicationId") == clientId).Select(grant => grant.Scopes).ToListAsync(cancellation)).Select(ScopesOf)];

    private IQueryable<OAuthGrant> Permanent(AccountId account)
    {
        var subject = account.Value;
        return rows.Set<OAuthGrant>().Where(grant => grant.Subject == subject && grant.Status == Statuses.Valid && grant.Type == AuthorizationTypes.Permanent);
    }

    private static string[] ScopesOf(string? stored) => stored is null ? [] : JsonSerializer.Deserialize<string[]>(stored)!;
}
