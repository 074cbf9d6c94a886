using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class CredentialsTests
{
    private static readonly AsyncAuthInterceptor Nothing = (_, _) => Task.CompletedTask;
    private static readonly object State = new();

    [Fact]
    public void FromInterceptor_Configured_HandsOverTheInterceptorAndTheState()
    {
        var seen = Configured(CallCredentials.FromInterceptor(Nothing));

        Assert.Same(Nothing, seen.Interceptor);
        Assert.Same(State, seen.State);
        Assert.Null(seen.Parts);
    }

    [Fact]
    public void Compose_Two_HandsOverBothInOrder()
    {
        var (first, second) = (CallCredentials.FromInterceptor(Nothing), CallCredentials.FromInterceptor(Nothing));

        var seen = Configured(CallCredentials.Compose(first, second));

        Assert.Equal([first, second], seen.Parts!);
        Assert.Same(State, seen.State);
        Assert.Null(seen.Interceptor);
    }

    [Fact]
    public void Compose_FewerThanTwo_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose());
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(CallCredentials.FromInterceptor(Nothing)));
    }

    [Fact]
    public void FromInterceptor_Null_IsRefused() => Assert.Throws<ArgumentNullException>(() => CallCredentials.FromInterceptor(null!));

    [Fact]
    public void Insecure_Configured_SaysInsecure() => Assert.Equal("insecure", Configured(ChannelCredentials.Insecure).Kind);

    [Fact]
    public void SecureSsl_Configured_SaysTlsWithoutAnythingOfItsOwn() =>
        Assert.Equal(("ssl", (string?)null, (KeyCertificatePair?)null), Tls(Configured(ChannelCredentials.SecureSsl)));

    [Fact]
    public void SslCredentials_OwnCertificates_AreHandedOver()
    {
        var pair = new KeyCertificatePair("chain", "key");
        VerifyPeerCallback verify = _ => true;
        var credentials = new SslCredentials("roots", pair, verify);

        var seen = Configured(credentials);

        Assert.Equal(("ssl", "roots", pair), Tls(seen));
        Assert.Same(verify, seen.Verify);
        Assert.Equal(("roots", pair), (credentials.RootCertificates, credentials.KeyCertificatePair));
        Assert.Equal(("chain", "key"), (pair.CertificateChain, pair.PrivateKey));
    }

    [Fact]
    public void Create_ChannelAndCall_HandsOverBoth()
    {
        var (channel, call) = (ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor(Nothing));

        var seen = Configured(ChannelCredentials.Create(channel, call));

        Assert.Equal("composite", seen.Kind);
        Assert.Same(channel, seen.Channel);
        Assert.Same(call, seen.Call);
    }

    [Fact]
    public void Create_OnTopOfAComposite_IsRefused()
    {
        var call = CallCredentials.FromInterceptor(Nothing);
        var composite = ChannelCredentials.Create(new SslCredentials(), call);

        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(composite, call));
    }

    [Fact]
    public void Create_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => ChannelCredentials.Create(null!, CallCredentials.FromInterceptor(Nothing)));
        Assert.Throws<ArgumentNullException>(() => ChannelCredentials.Create(ChannelCredentials.SecureSsl, null!));
    }

    private static CallSeen Configured(CallCredentials credentials)
    {
        var seen = new CallSeen();
        credentials.InternalPopulateConfiguration(seen, State);
        return seen;
    }

    private static ChannelSeen Configured(ChannelCredentials credentials)
    {
        var seen = new ChannelSeen();
        credentials.InternalPopulateConfiguration(seen, State);
        Assert.Same(State, seen.State);
        return seen;
    }

    private static (string?, string?, KeyCertificatePair?) Tls(ChannelSeen seen) => (seen.Kind, seen.Roots, seen.Pair);

    private sealed class CallSeen : CallCredentialsConfiguratorBase
    {
        public object? State { get; private set; }

        public AsyncAuthInterceptor? Interceptor { get; private set; }

        public IReadOnlyList<CallCredentials>? Parts { get; private set; }

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => (State, Interceptor) = (state, interceptor);

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) => (State, Parts) = (state, credentials);
    }

    private sealed class ChannelSeen : ChannelCredentialsConfiguratorBase
    {
        public string? Kind { get; private set; }

        public object? State { get; private set; }

        public string? Roots { get; private set; }

        public KeyCertificatePair? Pair { get; private set; }

        public VerifyPeerCallback? Verify { get; private set; }

        public ChannelCredentials? Channel { get; private set; }

        public CallCredentials? Call { get; private set; }

        public override void SetInsecureCredentials(object state) => (Kind, State) = ("insecure", state);

        public override void SetSslCredentials(object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
            (Kind, State, Roots, Pair, Verify) = ("ssl", state, rootCertificates, keyCertificatePair, verifyPeerCallback);

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            (Kind, State, Channel, Call) = ("composite", state, channelCredentials, callCredentials);
    }
}
