namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Warns of a listener for calls that others can reach and that does no TLS: access tokens could be read on the network. It is no
/// fault, because a mesh or a proxy may do TLS. An operator with a proxy says so by an https PublicGrpcUrl.
/// </summary>
internal static partial class PlainListener
{
    public static void WarnOfPlainListener(this WebApplication app, GatewayOptions options)
    {
        if (!options.GrpcAddress.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && new Uri(options.GrpcUrl) is { IsLoopback: false } url
            && url.Scheme != Uri.UriSchemeHttps)
        {
            LogPlain(app.Logger, options.GrpcUrl);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Calls at {Url} come without TLS. Set Gateway:GrpcUrl to https, or Gateway:PublicGrpcUrl to the https address of the proxy that does TLS")]
    private static partial void LogPlain(ILogger log, string url);
}
