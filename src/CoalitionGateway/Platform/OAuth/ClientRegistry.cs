using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>A client as the issuer sees it. <paramref name="Subject"/> is what its own tokens speak for.</summary>
/// <param name="PublicKeys">The keys that sign its assertions, as a JWK set; null: none.</param>
/// <param name="IsSuspended">Told to the client alone, once it has proved itself; it gets no token.</param>
internal sealed record Client(
    string Id, CallerKind Kind, string Subject, byte[]? SecretHash, IReadOnlyList<string> Scopes, string? PublicKeys = null, bool IsSuspended = false)
{
    /// <summary>The paths on the loopback that an app of members may be called back at.</summary>
    public IReadOnlyList<string> RedirectPaths { get; init; } = [];

    public bool IsPublic => SecretHash is null;

    public bool Proves(string secret) =>
        SecretHash is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), SecretHash);

    /// <summary>The scopes to grant: those asked for, all of the client's where none are; null where one is not the client's.</summary>
    public IReadOnlyList<string>? Grant(string asked)
    {
        var wanted = asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        return wanted.Length == 0 ? Scopes : wanted.All(Scopes.Contains) ? wanted : null;
    }
}

/// <summary>Finds clients: the operators', officers' and members' apps in the configuration, the partners' in the store.</summary>
internal sealed class ClientRegistry(GatewayOptions options, LedgerStore store)
{
    /// <summary>The client, suspended ones too; null where there is none.</summary>
    public async ValueTask<Client?> Find(string id, CancellationToken cancellation)
    {
        if (options.Clients.FirstOrDefault(client => client.ClientId == id) is { } configured)
        {
            var hash = configured.SecretSha256.Length == 0 ? null : Convert.FromHexString(configured.SecretSha256);
            var scopes = configured.Scopes.Count > 0 ? [.. configured.Scopes] : MethodRules.ScopesFor(configured.Kind);
            return new Client(id, configured.Kind, id, hash, scopes) { RedirectPaths = configured.Paths };
        }

        // What is no id never reaches the store.
        return TextForm.IsId(id) && await store.Read(rows => rows.Find(new PartnerClient.Of(id)), cancellation) is { } partner
            ? new Client(id, CallerKind.Partner, partner.PartnerId.Value, partner.SecretHash, partner.Scopes.Split(' '), partner.PublicKeys, partner.IsSuspended)
            : null;
    }
}
