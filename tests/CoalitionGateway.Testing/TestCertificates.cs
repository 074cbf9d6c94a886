using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;

namespace CoalitionGateway.Testing;

/// <summary>Self-made certificates for TLS on the loopback.</summary>
internal static class TestCertificates
{
    private const string _password = "test";

    public static X509Certificate2 New(string name, string? address = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));

        // Some platforms do not use a key that was never in a file.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Makes the certificate the default one of a gateway's https listeners.</summary>
    public static void Serve(this WebApplicationBuilder builder, X509Certificate2 certificate)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("coalition-test-").FullName, "server.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, _password));
        builder.Configuration["Kestrel:Certificates:Default:Path"] = path;
        builder.Configuration["Kestrel:Certificates:Default:Password"] = _password;
    }

    /// <summary>A transport that trusts one server, and shows it a certificate if there is one.</summary>
    public static SocketsHttpHandler Transport(X509Certificate2 server, X509Certificate2? client)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(server.RawData);
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => client;
        }

        return handler;
    }

    public static GrpcChannel Channel(this TestGateway gateway, X509Certificate2 server, X509Certificate2? client = null) =>
        GrpcChannel.ForAddress(gateway.Options.GrpcUrl, new GrpcChannelOptions { HttpHandler = Transport(server, client), DisposeHttpClient = true });
}
