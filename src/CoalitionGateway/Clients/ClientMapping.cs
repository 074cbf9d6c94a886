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
        Scopes = { RegisteredClient.Words(row.Scopes) },
        RedirectUris = { RegisteredClient.Words(row.RedirectUris) },
    };

    /// <summary>A client, with the fields that only answers have.</summary>
    public static V1.Client ToWire(this RegisteredClient row, DateTime now)
    {
        var client = row.ToRequest();
        client.HolderIds.Add(RegisteredClient.Words(row.Holders));
        client.KeyThumbprints.Add(RegisteredClient.Words(row.KeyThumbprints));
        client.HasSecret = (row.SecretHash.Length > 0 && !(row.SecretEndTime <= now)) || row.FormerSecretEndTime > now;
        client.SecretExpireTime = row.SecretEndTime?.ToWire();
        client.FormerSecretExpireTime = row.FormerSecretEndTime > now ? row.FormerSecretEndTime.Value.ToWire() : null;
        client.Suspended = row.IsSuspended;
        client.SenderConstraint = (V1.SenderConstraint)(int)row.SenderConstraint;
        return client;
    }
}
