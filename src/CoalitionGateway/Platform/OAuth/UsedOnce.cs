using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Ids that count once, such as those of assertions (RFC 7523, section 3): over all gateways with one database, and
/// after a restart.
/// </summary>
internal sealed class UsedOnce(AuthorityTables tables)
{
    /// <summary>Uses up an id: true the first time, false afterwards, null if the database does not answer.</summary>
    /// <param name="id">The id that counts once.</param>
    /// <param name="until">Until when the id would be accepted. It is kept as long.</param>
    public async Task<bool?> Take(string id, DateTimeOffset until)
    {
        try
        {
            return await tables.Use(SHA256.HashData(Encoding.UTF8.GetBytes(id)), until, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
