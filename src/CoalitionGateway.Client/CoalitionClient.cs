using CoalitionGateway.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace CoalitionGateway.Client;

/// <summary>
/// A connection to a coalition gateway, with one client for each of its services. Fetches and renews access tokens. Repeats
/// unary calls for a minute while the gateway is away or asks to wait: see <see cref="Retries"/>. A call without an access
/// token ends with UNAUTHENTICATED and the token endpoint's error, or with UNAVAILABLE and the endpoint's address if the
/// endpoint is away. The caller reopens a stream: see <see cref="Retries.Begin"/>. Thread-safe; make one and keep it.
/// </summary>
public sealed class CoalitionClient : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <param name="address">The gateway's gRPC address, such as http://127.0.0.1:5100.</param>
    /// <param name="accessToken">Gives the access token of each call: see <see cref="TokenSource"/>.</param>
    /// <param name="handler">The transport. Null: a <see cref="SocketsHttpHandler"/>.</param>
    /// <param name="retries">How long calls are repeated; null: for a minute.</param>
    /// <param name="key">The key to which the access tokens are bound by DPoP; null: they are not.</param>
    /// <param name="interceptor">Sees each call before all of the client's own; null: none.</param>
    public CoalitionClient(
        Uri address, Func<CancellationToken, ValueTask<string>> accessToken, HttpMessageHandler? handler = null, Retries? retries = null, DpopKey? key = null,
        Interceptor? interceptor = null)
    {
        retries ??= new Retries();
        var proofs = key is null ? null : new DpopInterceptor(address, key);
        var credentials = CallCredentials.FromInterceptor(async (context, metadata) =>
        {
            var token = await Token(accessToken, context.CancellationToken);
            if (proofs is null)
            {
                metadata.Add("authorization", $"Bearer {token}");
            }
            else
            {
                await proofs.Add(metadata, token, context, _channel!);
            }
        });
        var isTls = address.Scheme == Uri.UriSchemeHttps;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(isTls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials),
            UnsafeUseInsecureChannelCallCredentials = !isTls,
            HttpHandler = handler ?? Sockets(),
            DisposeHttpClient = handler is null,
        });
        var invoker = _channel.CreateCallInvoker();
        var calls = (proofs is null ? invoker : invoker.Intercept(proofs)).Intercept(new SeenTurnInterceptor()).Intercept(new RetryInterceptor(address, retries));
        calls = interceptor is null ? calls : calls.Intercept(interceptor);
        Proposals = new ProposalService.ProposalServiceClient(calls);
        People = new PeopleService.PeopleServiceClient(calls);
        Clients = new ClientService.ClientServiceClient(calls);
        Programmes = new ProgrammeService.ProgrammeServiceClient(calls);
        Members = new MemberService.MemberServiceClient(calls);
        SignIns = new SignInService.SignInServiceClient(calls);
        Earning = new EarningService.EarningServiceClient(calls);
        Rules = new RuleService.RuleServiceClient(calls);
        Movements = new MovementService.MovementServiceClient(calls);
        Rewards = new RewardService.RewardServiceClient(calls);
        Transfers = new TransferService.TransferServiceClient(calls);
        Pools = new PoolService.PoolServiceClient(calls);
        Consents = new ConsentService.ConsentServiceClient(calls);
        Audit = new AuditService.AuditServiceClient(calls);
        Privacy = new PrivacyService.PrivacyServiceClient(calls);
        Compliance = new ComplianceService.ComplianceServiceClient(calls);
    }

    public ProposalService.ProposalServiceClient Proposals { get; }

    public PeopleService.PeopleServiceClient People { get; }

    public ClientService.ClientServiceClient Clients { get; }

    public ProgrammeService.ProgrammeServiceClient Programmes { get; }

    public MemberService.MemberServiceClient Members { get; }

    public SignInService.SignInServiceClient SignIns { get; }

    public EarningService.EarningServiceClient Earning { get; }

    public RuleService.RuleServiceClient Rules { get; }

    public MovementService.MovementServiceClient Movements { get; }

    public RewardService.RewardServiceClient Rewards { get; }

    public TransferService.TransferServiceClient Transfers { get; }

    public PoolService.PoolServiceClient Pools { get; }

    public ConsentService.ConsentServiceClient Consents { get; }

    public AuditService.AuditServiceClient Audit { get; }

    public PrivacyService.PrivacyServiceClient Privacy { get; }

    public ComplianceService.ComplianceServiceClient Compliance { get; }

    public void Dispose() => _channel.Dispose();

    /// <summary>Gets the token, or throws the status for a call without a token.</summary>
    private static async Task<string> Token(Func<CancellationToken, ValueTask<string>> accessToken, CancellationToken cancellation)
    {
        try
        {
            return await accessToken(cancellation);
        }
        catch (TokenRefusedException refused)
        {
            var code = refused.MayPass ? StatusCode.Unavailable : StatusCode.Unauthenticated;
            throw new RpcException(new Status(code, $"There is no access token for the call. {refused.Message}", refused));
        }
    }

    /// <summary>Sends keep-alive pings. They detect a connection whose other end vanished, and so end its streams.</summary>
    private static SocketsHttpHandler Sockets() => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };
}
