using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Clients;

/// <summary>Reads lists of clients.</summary>
internal sealed class ClientReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>Clients in the order of their ids.</summary>
    public async Task<IReadOnlyList<RegisteredClient>> Clients(string? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<RegisteredClient>().FromSql($"SELECT * FROM client WHERE client_id > {after ?? ""} ORDER BY client_id LIMIT {count}").ToListAsync(cancellation);
    }
}
