using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>A client as the issuer sees it. <paramref name="Subject"/> is the subject of the client's own tokens.</summary>
/// <param name="SecretHash">The SHA-256 of the secret; empty: there is none.</param>
/// <param name="PublicKeys">The keys that verify the client's assertions, as a JWK set; null if there are none.</param>
/// <param name="IsSuspended">A suspended client gets no token. Only the client learns of the suspension, after its proof.</param>
internal sealed record Client(
    string Id, CallerKind Kind, string Subject, byte[] SecretHash, IReadOnlyList<string> Scopes, string? PublicKeys = null, bool IsSuspended = false)
{
    // For an id token, and for a refresh token (OpenID Connect Core, sections 3.1.2.1 and 11).
    private static readonly string[] _ofSignIns = ["openid", "offline_access"];

    /// <summary>The paths on the loopback address to which an app may have people sent back.</summary>
    public IReadOnlyList<string> RedirectPaths { get; init; } = [];

    /// <summary>The exact https addresses to which a web app may have people sent back.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>The name that people see when they sign in.</summary>
    public string DisplayName { get; init; } = Id;

    /// <summary>How the client's tokens must be bound to a key.</summary>
    public SenderConstraint SenderConstraint { get; init; } = SenderConstraint.None;

    /// <summary>When <see cref="SecretHash"/> ends; null: by itself never.</summary>
    public DateTime? SecretEndTime { get; init; }

    /// <summary>The secret before, and when it ends; null: there is none.</summary>
    public (byte[] Hash, DateTime EndTime)? FormerSecret { get; init; }

    /// <summary>Whether the client can keep no secret, as an app on a phone (RFC 6749, section 2.1). A tool is never public.</summary>
    public bool IsPublic => SignsPeopleIn && SecretHash.Length == 0 && FormerSecret is null && PublicKeys is null;

    /// <summary>Whether the client gets its tokens for people who sign in, and none for itself.</summary>
    public bool SignsPeopleIn => Kind != CallerKind.Partner && RedirectPaths.Count + RedirectUris.Count > 0;

    /// <summary>Reads a redirect if it is one of the client's (RFC 9700, section 2.1): exact, but for the port of a loopback address.</summary>
    public bool TryRedirect(string? redirect, [NotNullWhen(true)] out Uri? uri) =>
        RedirectUris.Contains(redirect ?? "") ? Uri.TryCreate(redirect, UriKind.Absolute, out uri) : LoopbackRedirect.TryRead(redirect ?? "", RedirectPaths, out uri);

    /// <summary>The remedy for a redirect that is not the client's.</summary>
    public string MayRedirectTo => $"The redirect_uri must be one of {string.Join(' ', RedirectUris.Concat(RedirectPaths.Select(path => $"http://127.0.0.1{path}")))}; on 127.0.0.1 and [::1] with any port.";

    /// <summary>The remedy for a scope that is not the client's.</summary>
    public string MayAskFor => $"The client may ask for: {string.Join(' ', Scopes.Concat(SignsPeopleIn ? _ofSignIns : []))}";

    /// <summary>Whether a secret is one of the client's at a time.</summary>
    public bool Proves(string secret, DateTime now)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        var (isCurrent, isFormer) = (CryptographicOperations.FixedTimeEquals(hash, SecretHash), CryptographicOperations.FixedTimeEquals(hash, FormerSecret?.Hash ?? []));
        return (isCurrent && !(SecretEndTime <= now)) || (isFormer && FormerSecret?.EndTime > now);
    }

    /// <summary>Whether the client's tokens may have a scope.</summary>
    public bool MayHave(string scope) => Scopes.Contains(scope) || (SignsPeopleIn && _ofSignIns.Contains(scope));

    /// <summary>
    /// The scopes to grant: the requested ones, or all of the client's if none is requested; null if one is not the client's.
    /// </summary>
    public IReadOnlyList<string>? Grant(string? asked)
    {
        var wanted = (asked ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        return wanted.Length == 0 ? Scopes : wanted.All(MayHave) ? wanted : null;
    }
}

/// <summary>Finds clients in the store, and those of the configuration.</summary>
internal sealed class ClientRegistry(GatewayOptions options, LedgerStore store)
{
    /// <summary>The client, even if it is suspended; null if there is none.</summary>
    public async ValueTask<Client?> Find(string id, CancellationToken cancellation)
    {
        if (options.Clients.FirstOrDefault(client => client.ClientId == id) is { } configured)
        {
            var hash = configured.SecretSha256.Length == 0 ? [] : Convert.FromHexString(configured.SecretSha256);
            var scopes = configured.Scopes.Count > 0 ? [.. configured.Scopes] : MethodRules.ScopesFor(configured.Kind);
            return new Client(id, configured.Kind, SubjectOf(configured.Kind, id), hash, scopes)
            {
                RedirectPaths = configured.Paths, RedirectUris = [.. configured.RedirectUris], DisplayName = configured.DisplayName.Length > 0 ? configured.DisplayName : id,
            };
        }

        // A text that is not an id must never reach the store.
        if (!TextForm.IsId(id) || await store.Read(rows => rows.Find(new RegisteredClient.Of(id)), cancellation) is not { } row)
        {
            return null;
        }

        var redirects = RegisteredClient.Words(row.RedirectUris);
        return new Client(id, row.Kind, SubjectOf(row.Kind, id), row.SecretHash, RegisteredClient.Words(row.Scopes), row.PublicKeys, row.IsSuspended)
        {
            RedirectPaths = [.. redirects.Where(LoopbackRedirect.IsOne).Select(redirect => redirect[LoopbackRedirect.Origin.Length..])],
            RedirectUris = [.. redirects.Where(redirect => !LoopbackRedirect.IsOne(redirect))],
            DisplayName = row.DisplayName, SenderConstraint = row.SenderConstraint, SecretEndTime = row.SecretEndTime,
            FormerSecret = row is { FormerSecretHash: { } former, FormerSecretEndTime: { } end } ? (former, end) : null,
        };
    }

    /// <summary>The subject of a client's own tokens. A tool's has a form that no person's id has: a tool must never be taken for a person.</summary>
    private static string SubjectOf(CallerKind kind, string id) => kind == CallerKind.Partner ? id : Caller.NameOfTool(id);
}
