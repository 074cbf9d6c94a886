using CoalitionGateway.Ledger;

namespace CoalitionGateway;

/// <summary>The gateway's configuration: section "Gateway", or environment variables such as Gateway__DataDirectory.</summary>
public sealed partial class GatewayOptions
{
    // A century. Times far beyond it exceed the range of DateTime.
    private const int _mostMonths = 1200;

    public const string Section = "Gateway";

    /// <summary>The directory of the database and the keys. Only one gateway may use it.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The address of gRPC: HTTP/2. https outside loopback, unless a mesh or a proxy does TLS before it.</summary>
    public string GrpcUrl { get; set; } = "http://127.0.0.1:5100";

    /// <summary>
    /// The address at which callers reach <see cref="GrpcUrl"/>, if it differs: behind a proxy, or if GrpcUrl listens on all
    /// addresses. DPoP proofs name it. Empty: GrpcUrl.
    /// </summary>
    public string PublicGrpcUrl { get; set; } = "";

    /// <summary>The address of the token endpoints and of health: HTTP/1.1.</summary>
    public string HttpUrl { get; set; } = "http://127.0.0.1:5101";

    /// <summary>
    /// Whether the listener at <see cref="HttpUrl"/>, if it is https, asks clients for a certificate, so that the authority
    /// can bind tokens to it (RFC 8705). Browsers of members who have a certificate then ask them to choose one.
    /// </summary>
    public bool AskForClientCertificates { get; set; }

    /// <summary>
    /// The address at which this gateway, while it leads, takes commands of other gateways over the same PostgreSQL: a host
    /// that they can reach, and a port (0: any free one). Clients do not need it. Empty: it takes and hands over no commands.
    /// </summary>
    public string PeerAddress { get; set; } = "127.0.0.1:0";

    /// <summary>The issuer whose tokens the gateway accepts. Empty: the embedded one, at <see cref="HttpUrl"/>.</summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// The URL at which clients reach the embedded authority, if it differs from <see cref="HttpUrl"/>: behind a proxy, or
    /// if HttpUrl listens on all addresses. https, or http on a loopback address.
    /// </summary>
    public string IssuerUrl { get; set; } = "";

    /// <summary>Lets sandbox members sign in with their membership number alone. Never set this for real members.</summary>
    public bool Sandbox { get; set; }

    /// <summary>
    /// Whether versions of rules may hold for purchases of the past. Only to import old purchases, whose members were
    /// promised nothing else. Not set: only in the sandbox.
    /// </summary>
    public bool? AllowPastRules { get; set; }

    /// <summary>The most points that one caller may give and take in adjustments of a day (UTC) without another's approval, 0 or more.</summary>
    public long MaxAdjustmentPoints { get; set; } = 10_000;

    /// <summary>The largest budget of each campaign that one person may publish without another's approval, in points, 0 or more.</summary>
    public long MaxCampaignPoints { get; set; } = 10_000;

    /// <summary>The most points that a member may transfer at once without having signed in during the last ten minutes, 0 or more.</summary>
    public long FreshSignInAbovePoints { get; set; } = 50_000;

    /// <summary>Whether reflection answers without a token. Not set: only in the sandbox.</summary>
    public bool? OpenReflection { get; set; }

    /// <summary>How many commands may wait for the journal, 1 or more. A further command is refused with QUEUE_FULL.</summary>
    public int JournalCapacity { get; set; } = 8192;

    /// <summary>The largest number of commands in one transaction, 1 or more.</summary>
    public int JournalMaxBatch { get; set; } = 512;

    /// <summary>How many keys at least the journal, and on PostgreSQL the readers, cache, some 300 bytes each. 0: none.</summary>
    public int RememberedRows { get; set; } = 200_000;

    /// <summary>
    /// Connection string of a PostgreSQL database, as the application's role. Empty: SQLite in the data directory.
    /// Several gateways may share one database; they share the keys too.
    /// </summary>
    public string Postgres { get; set; } = "";

    /// <summary>
    /// Connection string of standbys of <see cref="Postgres"/>, as the application's role; "Host=one,two" names
    /// several. Reads that may be a moment old go there. Empty: all reads go to the primary.
    /// </summary>
    public string PostgresStandbys { get; set; } = "";

    /// <summary>
    /// Connection string of the PostgreSQL database with the members' keys, as the application's role. Empty: on the
    /// same server, the database with the name of <see cref="Postgres"/>'s and "_keys" appended. With SQLite, the keys
    /// are in their own file in the data directory's folder keys.
    /// </summary>
    public string KeyPostgres { get; set; } = "";

    /// <summary>The controller, and how long data is kept as the law requires.</summary>
    public PrivacyOptions Privacy { get; } = new();

    /// <summary>The client as which gateways ask another authority whether tokens are still active (RFC 7662). Empty: they do not ask.</summary>
    public string IntrospectionClientId { get; set; } = "";

    /// <summary>A file with the secret of <see cref="IntrospectionClientId"/>.</summary>
    public string IntrospectionSecretFile { get; set; } = "";

    /// <summary>How many seconds an answer of the authority about a token counts, 1 to 300.</summary>
    public int IntrospectionSeconds { get; set; } = 10;

    /// <summary>The audit log's unchanging name on checkpoints, best the coalition's host and path; no spaces, no plus.</summary>
    public string LogName { get; set; } = "coalition-gateway/log";

    /// <summary>The OTLP/gRPC address of the OpenTelemetry collector for traces and metrics. Empty: none.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>
    /// Redis servers as "host:port,host:port", with settings in the syntax of the client StackExchange.Redis. Empty:
    /// state that gateways would share is in memory, for one gateway.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>A file with the password of <see cref="Redis"/>, so that no setting contains the password. Empty: none.</summary>
    public string RedisPasswordFile { get; set; } = "";

    /// <summary>
    /// How often a caller may call, including entries of streams. The most specific limit applies: method, then
    /// service, then global. The default global limit is 200 calls a second with a burst of 400.
    /// </summary>
    public IList<RateLimit> RateLimits { get; } = [];

    /// <summary>How many commands of a partner are stored a day (UTC), with refusals and reads of members. 0: no limit.</summary>
    public long StoredPerDay { get; set; } = 2_000_000;

    /// <summary>Clients of the authority for officers, operators and apps. Partners' clients are in the store.</summary>
    public IList<ConfiguredClient> Clients { get; } = [];

    /// <summary>
    /// Removes the limits for the own gateway of a benchmark or a replay, and lets rules hold in the past. A configured global
    /// limit stays.
    /// </summary>
    public void LiftLimits()
    {
        StoredPerDay = 0;
        AllowPastRules ??= true;
        if (RateLimits.All(limit => limit.Methods.Length > 0))
        {
            RateLimits.Add(new RateLimit { CallsPerSecond = RateLimit.Most, Burst = RateLimit.Most });
        }
    }

    internal bool MayRulesBePast => AllowPastRules ?? Sandbox;

    internal bool IsReflectionOpen => OpenReflection ?? Sandbox;

    /// <summary>The page on which a member uses a brand's one-time code; null if another authority signs members in.</summary>
    internal string? SignInPage => Authority.Length > 0 ? null : $"{Issuer}/sign-in/code";

    /// <summary>The address that DPoP proofs of calls name, without a slash at the end.</summary>
    internal string GrpcAddress => (PublicGrpcUrl.Length > 0 ? PublicGrpcUrl : GrpcUrl).TrimEnd('/');

    /// <summary>Whether the authority sees the certificates of its clients.</summary>
    internal bool SeesClientCertificates => AskForClientCertificates && HttpUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The issuer whose tokens are accepted.</summary>
    public string Issuer => (Authority.Length > 0 ? Authority : IssuerUrl.Length > 0 ? IssuerUrl : HttpUrl).TrimEnd('/');
}

/// <summary>The coalition's statements in its record of processing (GDPR Art. 30), and its retention periods.</summary>
public sealed class PrivacyOptions
{
    /// <summary>The controller's name and address.</summary>
    public string Controller { get; set; } = "";

    /// <summary>How to reach the controller and its data protection officer.</summary>
    public string Contact { get; set; } = "";

    /// <summary>How many years the books are kept after a member was erased, for tax and accounting (Art. 17(3)(b)).</summary>
    public int BooksYears { get; set; } = 7;

    /// <summary>How many years consent and disclosure proofs are kept after an erasure, for claims (Art. 17(3)(e)).</summary>
    public int ProofYears { get; set; } = 3;

    /// <summary>How many months a consent given now lasts. 0: it does not expire.</summary>
    public int ConsentMonths { get; set; } = 24;

    /// <summary>How many exports of all data about a member run at once for one caller, 1 or more.</summary>
    public int ExportsPerCaller { get; set; } = 2;

    /// <summary>How many exports of all data about a member run at once in a gateway, 1 or more.</summary>
    public int ExportsAtOnce { get; set; } = 8;

    /// <summary>How many seconds a caller may take for each part of an export, 1 or more.</summary>
    public int ExportPartSeconds { get; set; } = 30;

    /// <summary>After how many years without activity a member's profile is due for deletion.</summary>
    public int ProfileYears { get; set; } = 3;
}

/// <summary>A limit on each caller's calls: a bucket that refills steadily and from which each call takes one.</summary>
public sealed class RateLimit
{
    /// <summary>The highest rate and burst. A limit with both at this value is no limit, and costs nothing.</summary>
    public const int Most = 1_000_000;

    internal const double DefaultCallsPerSecond = 200;
    internal const int DefaultBurst = 400;

    /// <summary>EarningService for a service, EarningService/RecordPurchase for a method, empty for all. One bucket.</summary>
    public string Methods { get; set; } = "";

    /// <summary>The refill rate in calls a second, 0.001 to 1,000,000.</summary>
    public required double CallsPerSecond { get; set; }

    /// <summary>The largest number of calls at once, 1 to 1,000,000.</summary>
    public required int Burst { get; set; }
}

/// <summary>A client of the authority.</summary>
public sealed class ConfiguredClient
{
    /// <summary>OAuth client id.</summary>
    public required string ClientId { get; set; }

    /// <summary>SHA-256 of the secret, as hexadecimal digits. Empty for an app in which people sign in, which has no secret.</summary>
    public string SecretSha256 { get; set; } = "";

    /// <summary>Whose client it is: Officer or Operator, for a tool of theirs or an app in which they sign in; Member, for an app of members.</summary>
    public required CallerKind Kind { get; set; }

    /// <summary>The person to whom a tool belongs: they approve nothing that it proposes. Empty: nobody.</summary>
    public string OwnerId { get; set; } = "";

    /// <summary>The scopes that the client may ask for. Empty: all scopes of its kind.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// The redirect paths of an app in which people sign in, on 127.0.0.1 or [::1], at any port. Empty: /callback, unless there are
    /// RedirectUris, or it is a tool with a secret.
    /// </summary>
    public IList<string> RedirectPaths { get; } = [];

    /// <summary>The exact https addresses to which a web app may be redirected, such as a portal's.</summary>
    public IList<string> RedirectUris { get; } = [];

    /// <summary>The name that members see when they are asked about an app's access. Empty: its id.</summary>
    public string DisplayName { get; set; } = "";

    internal IReadOnlyList<string> Paths => RedirectPaths.Count > 0 ? [.. RedirectPaths] : RedirectUris.Count > 0 || IsTool ? [] : ["/callback"];

    // A tool of officers or operators signs nobody in.
    private bool IsTool => Kind != CallerKind.Member && SecretSha256.Length > 0;
}
