namespace CoalitionGateway.Portal;

/// <summary>The portal's configuration: section "Portal", or environment variables such as Portal__Authority.</summary>
public sealed class PortalOptions
{
    public const string Section = "Portal";

    /// <summary>The address at which the portal listens.</summary>
    public string Url { get; set; } = "http://localhost:5103";

    /// <summary>The address at which browsers reach the portal, if it differs from <see cref="Url"/>: behind a proxy. https, or http on localhost.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The authority at which members sign in: its issuer identifier.</summary>
    public string Authority { get; set; } = "http://localhost:5101";

    /// <summary>The gateway's gRPC address.</summary>
    public string GatewayUrl { get; set; } = "http://127.0.0.1:5100";

    /// <summary>The portal's client id at the authority.</summary>
    public string ClientId { get; set; } = "coalition-portal";

    /// <summary>A file with the client's secret. Empty: the client has none, and proves itself by PKCE and its exact address alone.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>
    /// Redis servers as "host:port,host:port", which hold the sessions and the key ring of several portals behind one balancer.
    /// Empty: both are in memory, and end with the process.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>A file with the password of <see cref="Redis"/>. Empty: none.</summary>
    public string RedisPasswordFile { get; set; } = "";

    /// <summary>After how many hours a member signs in again, 1 to 720.</summary>
    public int SessionHours { get; set; } = 12;

    /// <summary>How members reach the coalition's data protection officer: a text, an e-mail address or a web address. Empty: the help page does not tell.</summary>
    public string Contact { get; set; } = "";

    /// <summary>The members of a sandbox who sign in by a click. Only a sandbox's authority takes the hint.</summary>
    public IList<SandboxVisitor> SandboxMembers { get; } = [];

    /// <summary>The address that browsers see, without a slash at the end.</summary>
    internal string Address => (PublicUrl.Length > 0 ? PublicUrl : Url).TrimEnd('/');

    internal bool IsSecure => Address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether cookies are sent over TLS alone. Behind a proxy, requests arrive without it.</summary>
    internal CookieSecurePolicy CookiePolicy => IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    /// <exception cref="InvalidOperationException">An option is wrong.</exception>
    internal void Check()
    {
        foreach (var (name, url) in new[] { (nameof(Url), Url), (nameof(PublicUrl), Address), (nameof(Authority), Authority), (nameof(GatewayUrl), GatewayUrl) })
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var read) || read.Scheme is not ("http" or "https"))
            {
                throw new InvalidOperationException($"Portal:{name} must be an http or https address; it is \"{url}\".");
            }
        }

        if (!IsSecure && !new Uri(Address).IsLoopback)
        {
            throw new InvalidOperationException($"Portal:PublicUrl must be https outside this machine: cookies of members would be readable on the way. It is \"{Address}\".");
        }

        if (SessionHours is < 1 or > 720)
        {
            throw new InvalidOperationException($"Portal:SessionHours must be 1 to 720; it is {SessionHours}.");
        }
    }
}

/// <summary>A member of a sandbox.</summary>
/// <param name="Name">The name to show.</param>
/// <param name="MembershipNumber">The hint by which the authority finds the member.</param>
public sealed record SandboxVisitor(string Name, string MembershipNumber);
