using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Peers;

/// <summary>
/// Authenticates the gateways over one database to each other. Both sides of a TLS 1.3 connection prove that they hold the
/// private key that is derived from their shared root key. Names and dates in the certificates mean nothing.
/// </summary>
internal sealed class PeerIdentity : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly byte[] _key;

    public PeerIdentity(GatewayKeys keys)
    {
        var request = new CertificateRequest("CN=coalition gateway", keys.Peers, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _key = _certificate.PublicKey.ExportSubjectPublicKeyInfo();
    }

    /// <summary>
    /// The id of the build. Both sides must run the same build, because the frames between them have no version.
    /// </summary>
    public static byte[] Build { get; } = [.. typeof(Command).Module.ModuleVersionId.ToByteArray(), .. typeof(PeerIdentity).Module.ModuleVersionId.ToByteArray()];

    /// <summary>Only the certificate's key counts. Nothing that a certificate refers to is downloaded.</summary>
    private static X509ChainPolicy Policy => new()
    {
        DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck, VerificationFlags = X509VerificationFlags.AllFlags,
    };

    /// <exception cref="AuthenticationException">The other side is no gateway with the same keys.</exception>
    public Task Serve(SslStream stream, CancellationToken cancellation) => stream.AuthenticateAsServerAsync(
        new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate, ClientCertificateRequired = true, EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = IsPeer, CertificateChainPolicy = Policy,
        },
        cancellation);

    /// <exception cref="AuthenticationException">The other side is no gateway with the same keys.</exception>
    public Task Call(SslStream stream, CancellationToken cancellation) => stream.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = "coalition gateway", ClientCertificates = [_certificate], EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = IsPeer, CertificateChainPolicy = Policy,
        },
        cancellation);

    public void Dispose() => _certificate.Dispose();

    private bool IsPeer(object sender, X509Certificate? given, X509Chain? chain, SslPolicyErrors errors) =>
        given is X509Certificate2 other && CryptographicOperations.FixedTimeEquals(other.PublicKey.ExportSubjectPublicKeyInfo(), _key);
}
