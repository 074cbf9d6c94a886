using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Clients;

/// <summary>A configured client would stand before a registered one of the same id, with another secret and other scopes.</summary>
internal sealed class ConfiguredClients(LedgerStore store, GatewayOptions options) : IFirstWork
{
    /// <exception cref="InvalidOperationException">A configured client has a registered client's id.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        var ids = options.Clients.Select(client => client.ClientId).Where(TextForm.IsId).ToArray();
        if (await store.Read(rows => ids.Where(id => rows.Find(new RegisteredClient.Of(id)) is not null).ToArray(), cancellation) is [var taken, ..])
        {
            throw new InvalidOperationException($"Gateway:Clients: {taken} is a registered client's id; give the configured client another one.");
        }
    }
}
