using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Ids that count once, such as those of assertions (RFC 7523, section 3): at every gateway over one database, and after a
/// restart.
/// </summary>
internal sealed class UsedOnce(AuthorityTables tables)
{
    /// <summary>Takes an id: true the first time, false afterwards, null where it cannot be told.</summary>
    /// <param name="id">What counts once.</param>
    /// <param name="until">Until when it would be accepted: so long it is remembered.</param>
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
