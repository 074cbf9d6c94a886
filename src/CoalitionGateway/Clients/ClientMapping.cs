using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Clients;

internal static class ClientMapping
{
    /// <summary>A client as an operator published it.</summary>
    public static V1.Client ToRequest(this RegisteredClient row) => new()
    {
        ClientId = row.ClientId,
        Kind = (V1.CallerKind)(int)row.Kind,
        DisplayName = row.DisplayName,
        Scopes = { Words(row.Scopes) },
        RedirectUris = { Words(row.RedirectUris) },
    };

    /// <summary>A client with what became of it.</summary>
    public static V1.Client ToWire(this RegisteredClient row, DateTime now)
    {
        var client = row.ToRequest();
        client.HolderIds.Add(Words(row.Holders));
        client.KeyThumbprints.Add(Words(row.KeyThumbprints));
        client.HasSecret = row.SecretHash.Length > 0 && !(row.SecretEndTime <= now);
        client.SecretExpireTime = row.SecretEndTime?.ToWire();
        client.Suspended = row.IsSuspended;
        client.SenderConstraint = (V1.SenderConstraint)(int)row.SenderConstraint;
        return client;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
