using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;

namespace CoalitionGateway;

/// <summary>The gateway's configuration: section "Gateway", or environment variables such as Gateway__DataDirectory.</summary>
public sealed class GatewayOptions
{
    // A century: what goes far beyond leaves the years that there are.
    private const int _mostMonths = 1200;

    public const string Section = "Gateway";

    /// <summary>Where the database and the keys are. One gateway a directory.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Where gRPC listens: HTTP/2 without TLS, so on loopback or inside a cluster.</summary>
    public string GrpcUrl { get; set; } = "http://127.0.0.1:5100";

    /// <summary>Where the token endpoints and health listen: HTTP/1.1.</summary>
    public string HttpUrl { get; set; } = "http://127.0.0.1:5101";

    /// <summary>
    /// Where this gateway takes the commands of others over the same PostgreSQL, while it leads: a name or an address by
    /// which they reach this machine, and a port; 0: any that is free. No client needs it. Empty: it takes none, and hands none over.
    /// </summary>
    public string PeerAddress { get; set; } = "127.0.0.1:0";

    /// <summary>The issuer whose tokens the gateway accepts. Empty: the embedded one, at <see cref="HttpUrl"/>.</summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// Where clients reach the embedded issuer, when that is not <see cref="HttpUrl"/>: behind a proxy, or when that
    /// listens on all addresses. https, or http on a loopback address.
    /// </summary>
    public string IssuerUrl { get; set; } = "";

    /// <summary>Lets members of the sandbox sign in by their membership number alone. Never where real members are.</summary>
    public bool Sandbox { get; set; }

    /// <summary>Whether reflection answers without a token; not set: in the sandbox alone.</summary>
    public bool? OpenReflection { get; set; }

    /// <summary>How many commands may wait for the journal, 1 or more; one more is refused with QUEUE_FULL.</summary>
    public int JournalCapacity { get; set; } = 8192;

    /// <summary>How many commands at most share a transaction, 1 or more.</summary>
    public int JournalMaxBatch { get; set; } = 512;

    /// <summary>How many keys at least the journal, and on PostgreSQL the readers, remember from batch to batch, some 300 bytes each; 0: none.</summary>
    public int RememberedRows { get; set; } = 200_000;

    /// <summary>
    /// Connection string of a PostgreSQL database, as the application's role. Empty: SQLite in the data directory.
    /// Several gateways may share one database; they share the keys too.
    /// </summary>
    public string Postgres { get; set; } = "";

    /// <summary>
    /// Connection string of the PostgreSQL database that holds members' keys, as the application's role. Empty: the one on
    /// the same server that is named like <see cref="Postgres"/>'s with "_keys" behind it. With SQLite they are in a file of
    /// their own in the data directory's folder keys.
    /// </summary>
    public string KeyPostgres { get; set; } = "";

    /// <summary>How long what the law demands is kept, and who answers for it.</summary>
    public PrivacyOptions Privacy { get; } = new();

    /// <summary>
    /// The audit log's name on its checkpoints, best a host and path of the coalition's own; no spaces, no plus. A log
    /// keeps its name.
    /// </summary>
    public string LogName { get; set; } = "coalition-gateway/log";

    /// <summary>Where traces and metrics go: an OpenTelemetry collector's OTLP/gRPC address. Empty: nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>
    /// Redis servers as "host:port,host:port", with settings as the client StackExchange.Redis writes them. Empty: what
    /// gateways would share is in memory, for one gateway.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>A file with the password of <see cref="Redis"/>, so that it stands in no setting; empty: none.</summary>
    public string RedisPasswordFile { get; set; } = "";

    /// <summary>
    /// How often a caller may call, entries of streams counted. The limit of a method goes before its service's, this
    /// before that of all; without one of all that is 200 a second and 400 at once.
    /// </summary>
    public IList<RateLimit> RateLimits { get; } = [];

    /// <summary>How many commands of one partner are stored a day (UTC), refused ones and looks at members too; 0: no limit.</summary>
    public long StoredPerDay { get; set; } = 2_000_000;

    /// <summary>Clients of the embedded issuer beside the partners', which the registry has: officers', operators', apps.</summary>
    public IList<ConfiguredClient> Clients { get; } = [];

    /// <summary>
    /// Takes the limits away: for a gateway that one program has for itself, as a benchmark or a replay of history. A limit
    /// of all that was configured stays.
    /// </summary>
    public void LiftLimits()
    {
        StoredPerDay = 0;
        if (RateLimits.All(limit => limit.Methods.Length > 0))
        {
            RateLimits.Add(new RateLimit { CallsPerSecond = RateLimit.Most, Burst = RateLimit.Most });
        }
    }

    internal bool IsReflectionOpen => OpenReflection ?? Sandbox;

    /// <summary>The issuer whose tokens count.</summary>
    public string Issuer => (Authority.Length > 0 ? Authority : IssuerUrl.Length > 0 ? IssuerUrl : HttpUrl).TrimEnd('/');

    /// <exception cref="InvalidOperationException">Settings that cannot be: the message names each, and its remedy.</exception>
    internal void Check()
    {
        string[] faults = [.. WrongAddresses(), .. WrongLimits(), .. WrongFiles(), .. Clients.SelectMany(WrongClient)];
        if (faults.Length > 0)
        {
            throw new InvalidOperationException(string.Join('\n', faults));
        }
    }

    private IEnumerable<string> WrongAddresses()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || !(issuer.Scheme == Uri.UriSchemeHttps || issuer.IsLoopback))
        {
            yield return $"{Issuer} cannot be the issuer of tokens: it must be https, or on a loopback address. Set Gateway:IssuerUrl to where clients reach it, or Gateway:Authority.";
        }

        foreach (var (name, url) in new[] { (nameof(GrpcUrl), GrpcUrl), (nameof(HttpUrl), HttpUrl) })
        {
            if (!IsHttp(url))
            {
                yield return $"Gateway:{name} is '{url}'; it must be one like http://127.0.0.1:5100.";
            }
        }

        if (PeerAddress.Length > 0 && Platform.Peers.PeerListener.Endpoint(PeerAddress) is null)
        {
            yield return $"Gateway:PeerAddress is '{PeerAddress}'; it must be a name or an address by which other gateways reach this machine, and a port, like 10.0.0.5:5102, or empty.";
        }

        if (OtlpEndpoint.Length > 0 && !IsHttp(OtlpEndpoint))
        {
            yield return $"Gateway:OtlpEndpoint is '{OtlpEndpoint}'; it must be one like http://127.0.0.1:4317, or empty.";
        }

        if (Redis.Length > 0 && !SharedRedis.CanRead(Redis))
        {
            yield return "Gateway:Redis is no list of servers; it must be one like host:6379,host:6379.";
        }

        static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var found) && found.Scheme is "http" or "https";
    }

    private IEnumerable<string> WrongLimits()
    {
        if (StoredPerDay < 0)
        {
            yield return "Gateway:StoredPerDay must not be negative; 0 is no limit.";
        }

        if (JournalCapacity < 1 || JournalMaxBatch < 1 || RememberedRows < 0)
        {
            yield return "Gateway:JournalCapacity and Gateway:JournalMaxBatch must be 1 or more, Gateway:RememberedRows not negative.";
        }

        if (Privacy.BooksYears < 0 || Privacy.ProofYears < 0 || Privacy.ConsentMonths is < 0 or > _mostMonths || Privacy.ProfileYears < 1)
        {
            yield return $"Gateway:Privacy: BooksYears, ProofYears and ConsentMonths must not be negative, ConsentMonths at most {_mostMonths}, ProfileYears 1 or more.";
        }

        if (Privacy.ExportsPerCaller < 1 || Privacy.ExportsAtOnce < 1 || Privacy.ExportPartSeconds < 1)
        {
            yield return "Gateway:Privacy: ExportsPerCaller, ExportsAtOnce and ExportPartSeconds must be 1 or more.";
        }
    }

    private IEnumerable<string> WrongFiles()
    {
        if (LogName.Length == 0 || LogName.Any(letter => letter == '+' || char.IsWhiteSpace(letter)))
        {
            yield return $"Gateway:LogName is '{LogName}'; it must be a name without spaces and plus signs, like coalition.example/log.";
        }

        if (RedisPasswordFile.Length > 0 && !File.Exists(RedisPasswordFile))
        {
            yield return $"Gateway:RedisPasswordFile is {RedisPasswordFile}, and there is no such file.";
        }
    }

    private static IEnumerable<string> WrongClient(ConfiguredClient client)
    {
        if (client.Kind == CallerKind.Gateway)
        {
            yield return $"Gateway:Clients: {client.ClientId} cannot be of the kind Gateway, which is the gateway itself; use Officer, Operator or Member.";
        }
        else if (!Enum.IsDefined(client.Kind) || client.Kind == CallerKind.Partner)
        {
            yield return $"Gateway:Clients: the Kind of {client.ClientId} must be Officer, Operator or Member; partners are registered with RegisterPartner.";
        }

        if (client.ClientId.Length is 0 or > 100 || !client.ClientId.All(letter => letter is > ' ' and <= '~'))
        {
            yield return "Gateway:Clients: a ClientId must be 1 to 100 visible ASCII characters.";
        }

        if (client.RedirectPaths.FirstOrDefault(path => !path.StartsWith('/') || path.AsSpan().IndexOfAny("?#% \\") >= 0) is { } path)
        {
            yield return $"Gateway:Clients: the RedirectPaths of {client.ClientId} must be paths such as /callback; {path} is none.";
        }

        if (client.SecretSha256.Length is not (0 or 64) || !client.SecretSha256.All(char.IsAsciiHexDigit) || (client.SecretSha256.Length == 0) != (client.Kind == CallerKind.Member))
        {
            yield return $"Gateway:Clients: {client.ClientId} needs SecretSha256, 64 hexadecimal digits; an app of members has none.";
        }
    }
}

/// <summary>What a coalition says of itself in its record of processing (GDPR Art. 30), and how long it keeps data.</summary>
public sealed class PrivacyOptions
{
    /// <summary>Who is responsible: name and address.</summary>
    public string Controller { get; set; } = "";

    /// <summary>How to reach the controller and its data protection officer.</summary>
    public string Contact { get; set; } = "";

    /// <summary>How many years the books are kept after a member was erased, for tax and accounting (Art. 17(3)(b)).</summary>
    public int BooksYears { get; set; } = 7;

    /// <summary>How many years the proof of consents and disclosures is kept after that, for legal claims (Art. 17(3)(e)).</summary>
    public int ProofYears { get; set; } = 3;

    /// <summary>For how many months a consent holds that is given now; 0: until it is ended.</summary>
    public int ConsentMonths { get; set; } = 24;

    /// <summary>How many documents of all about a member are made at once for one caller, 1 or more.</summary>
    public int ExportsPerCaller { get; set; } = 2;

    /// <summary>How many a gateway makes at once, 1 or more.</summary>
    public int ExportsAtOnce { get; set; } = 8;

    /// <summary>How long a caller may take for each part of such a document, 1 or more.</summary>
    public int ExportPartSeconds { get; set; } = 30;

    /// <summary>After how many years without anything happening a member's profile is due to go.</summary>
    public int ProfileYears { get; set; } = 3;
}

/// <summary>How often each caller may call methods: a bucket that fills steadily and that each call takes one from.</summary>
public sealed class RateLimit
{
    /// <summary>The most calls a second, and at once. A limit that has both is none, and costs nothing.</summary>
    public const int Most = 1_000_000;

    internal const double DefaultCallsPerSecond = 200;
    internal const int DefaultBurst = 400;

    /// <summary>A service, as EarningService, a method, as EarningService/RecordPurchase; empty: all. They share the bucket.</summary>
    public string Methods { get; set; } = "";

    /// <summary>Calls that come a second, 0.001 to 1,000,000.</summary>
    public required double CallsPerSecond { get; set; }

    /// <summary>Calls that may come at once, 1 to 1,000,000.</summary>
    public required int Burst { get; set; }
}

/// <summary>A client of the embedded issuer.</summary>
public sealed class ConfiguredClient
{
    /// <summary>OAuth client id.</summary>
    public required string ClientId { get; set; }

    /// <summary>SHA-256 of the secret, as hexadecimal digits. Empty for an app of members, which has no secret.</summary>
    public string SecretSha256 { get; set; } = "";

    /// <summary>Officer, Operator, or Member for an app of members.</summary>
    public required CallerKind Kind { get; set; }

    /// <summary>The scopes that it may ask for. Empty: all that serve its kind.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Where an app of members is called back: paths on 127.0.0.1 or [::1], at any port. Empty: /callback.</summary>
    public IList<string> RedirectPaths { get; } = [];

    internal IReadOnlyList<string> Paths => RedirectPaths.Count > 0 ? [.. RedirectPaths] : ["/callback"];
}
