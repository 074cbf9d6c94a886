using CoalitionGateway.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace CoalitionGateway.Client;

/// <summary>
/// A connection to a coalition gateway with its services. Fetches and renews access tokens, retries UNAVAILABLE
/// (safe: every mutation carries a request id). Thread-safe; make one and keep it.
/// </summary>
public sealed class CoalitionClient : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <param name="address">The gateway's gRPC address, such as http://127.0.0.1:5100.</param>
    /// <param name="accessToken">Gives the access token of each call: see <see cref="TokenSource"/>.</param>
    /// <param name="handler">The transport; null: sockets.</param>
    public CoalitionClient(Uri address, Func<CancellationToken, ValueTask<string>> accessToken, HttpMessageHandler? handler = null)
    {
        var credentials = CallCredentials.FromInterceptor(async (context, metadata) =>
            metadata.Add("authorization", $"Bearer {await accessToken(context.CancellationToken)}"));
        var isTls = address.Scheme == Uri.UriSchemeHttps;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(isTls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials),
            UnsafeUseInsecureChannelCallCredentials = !isTls,
            HttpHandler = handler ?? new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = handler is null,
            ServiceConfig = new ServiceConfig { MethodConfigs = { RetryUnavailable() } },
        });
        Programmes = new ProgrammeService.ProgrammeServiceClient(_channel);
        Members = new MemberService.MemberServiceClient(_channel);
        Earning = new EarningService.EarningServiceClient(_channel);
        Transfers = new TransferService.TransferServiceClient(_channel);
        Pools = new PoolService.PoolServiceClient(_channel);
        Consents = new ConsentService.ConsentServiceClient(_channel);
        Audit = new AuditService.AuditServiceClient(_channel);
        Privacy = new PrivacyService.PrivacyServiceClient(_channel);
        Compliance = new ComplianceService.ComplianceServiceClient(_channel);
    }

    public ProgrammeService.ProgrammeServiceClient Programmes { get; }

    public MemberService.MemberServiceClient Members { get; }

    public EarningService.EarningServiceClient Earning { get; }

    public TransferService.TransferServiceClient Transfers { get; }

    public PoolService.PoolServiceClient Pools { get; }

    public ConsentService.ConsentServiceClient Consents { get; }

    public AuditService.AuditServiceClient Audit { get; }

    public PrivacyService.PrivacyServiceClient Privacy { get; }

    public ComplianceService.ComplianceServiceClient Compliance { get; }

    public void Dispose() => _channel.Dispose();

    private static MethodConfig RetryUnavailable() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(100),
            MaxBackoff = TimeSpan.FromSeconds(2),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };
}
