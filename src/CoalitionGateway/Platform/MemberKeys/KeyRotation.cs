using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>Replaces the master key that wraps members' keys. Gateways may be running.</summary>
public static class KeyRotation
{
    private const int _atOnce = 500;

    /// <param name="dataDirectory">Where the master keys are.</param>
    /// <param name="keyPostgres">Connection string of the key database; null: the embedded one in the data directory.</param>
    /// <param name="makesKey">True: makes a new master key. False: uses the last master key by name, which an operator has
    /// put there.</param>
    /// <returns>The name of the master key that now wraps all keys, and how many keys were rewrapped.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A master key is needed and is
    /// missing.</exception>
    /// <exception cref="InvalidOperationException">The key database does not answer.</exception>
    public static async Task<(string Master, long Rewrapped)> Run(string dataDirectory, string? keyPostgres, bool makesKey, CancellationToken cancellation)
    {
        var masters = new MasterKeys(dataDirectory);
        var options = new GatewayOptions { DataDirectory = dataDirectory, Postgres = keyPostgres ?? "", KeyPostgres = keyPostgres ?? "" };
        var store = new MemberKeyStore(KeyDatabase.Open(options), masters);
        masters.MakeFirst();
        var name = makesKey ? masters.Add() : masters.Current;
        var rewrapped = 0L;
        try
        {
            while (await store.Rewrap(_atOnce, cancellation) is var some and > 0)
            {
                rewrapped += some;
            }
        }
        catch (StoreUnavailableException failed)
        {
            throw new InvalidOperationException(failed.Message, failed);
        }

        return (name, rewrapped);
    }
}
