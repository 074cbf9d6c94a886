using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;

namespace CoalitionGateway;

/// <summary>The settings that a gateway does not start with.</summary>
public sealed partial class GatewayOptions
{
    /// <exception cref="InvalidOperationException">Settings are invalid: the message names each one and its remedy.</exception>
    internal void Check()
    {
        string[] faults = [.. WrongAddresses(), .. WrongLimits(), .. WrongFiles(), .. WrongIntrospection(), .. Clients.SelectMany(WrongClient)];
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

        if (PublicGrpcUrl.Length > 0 && !IsHttp(PublicGrpcUrl))
        {
            yield return $"Gateway:PublicGrpcUrl is '{PublicGrpcUrl}'; it must be where callers reach the gateway, like https://gateway.coalition.example, or empty.";
        }

        if (PostgresStandbys.Length > 0 && (Postgres.Length == 0 || !NamesServers(PostgresStandbys)))
        {
            yield return "Gateway:PostgresStandbys must be a connection string with Host=…, and needs Gateway:Postgres beside it; or leave it empty.";
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

        static bool NamesServers(string connection)
        {
            try
            {
                return Platform.Store.Postgres.Standbys.HostsOf(connection).Length > 0;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var found) && found.Scheme is "http" or "https";
    }

    private IEnumerable<string> WrongLimits()
    {
        if (StoredPerDay < 0)
        {
            yield return "Gateway:StoredPerDay must not be negative; 0 is no limit.";
        }

        if (FreshSignInAbovePoints < 0)
        {
            yield return "Gateway:FreshSignInAbovePoints must not be negative; 0 asks for a fresh sign-in before each transfer.";
        }

        if (MaxAdjustmentPoints < 0)
        {
            yield return "Gateway:MaxAdjustmentPoints must not be negative; 0 lets nobody adjust points alone.";
        }

        if (MaxCampaignPoints < 0)
        {
            yield return "Gateway:MaxCampaignPoints must not be negative; 0 lets nobody publish a campaign alone.";
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

    private IEnumerable<string> WrongIntrospection()
    {
        if (IntrospectionClientId.Length > 0 && (Authority.Length == 0 || !File.Exists(IntrospectionSecretFile)))
        {
            yield return "Gateway:IntrospectionClientId needs another Gateway:Authority, and a file with the client's secret in Gateway:IntrospectionSecretFile.";
        }

        if (IntrospectionSeconds is < 1 or > 300)
        {
            yield return "Gateway:IntrospectionSeconds must be 1 to 300.";
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

        if (client.RedirectUris.FirstOrDefault(text => !RedirectUris.IsOne(text) || LoopbackRedirect.IsOne(text)) is { } address)
        {
            yield return $"Gateway:Clients: the RedirectUris of {client.ClientId} must be https addresses, or http://localhost with a port, as a browser sends them, without a user and a fragment; {address} is none.";
        }

        if (client.SecretSha256.Length is not (0 or 64) || !client.SecretSha256.All(char.IsAsciiHexDigit) || (client.SecretSha256.Length > 0 && client.Kind == CallerKind.Member))
        {
            yield return $"Gateway:Clients: {client.ClientId} needs SecretSha256, 64 hexadecimal digits; an app in which people sign in has none.";
        }
    }
}
