using System.Net;
using System.Net.Sockets;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Security;

/// <summary>The paths and headers of each listener, and the time until it closes a dead connection.</summary>
[Trait("Store", "any")]
public sealed class ListenerTests(TestCoalition coalition)
{
    public static TheoryData<string> Pages =>
    [
        "/healthz", "/healthz/live", "/healthz/ready", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        "/oauth/jwks", "/oauth/authorize", "/oauth/authorize?client_id=nobody", "/oauth/token", "/oauth/revoke", "/", "/no/such/page",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_WhateverItsStatus_HasTheSecurityHeaders(string path)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "nothing" });
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, coalition.Gateway.Options.HttpUrl + path) { Content = method == HttpMethod.Post ? form : null };
            using var answer = await coalition.Gateway.Http.SendAsync(request);
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "absent";
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Contains("default-src 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("no-referrer", Header("Referrer-Policy"));
            Assert.Contains("no-store", Header("Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("absent", Header("Server"));

            // Over http a browser must not be told to use https.
            Assert.Equal("absent", Header("Strict-Transport-Security"));
            if (path == "/oauth/jwks")
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Page_ReachedByHttps_SendsStrictTransportSecurity()
    {
        await using var gateway = await TestGateway.Start(configure: options => options.IssuerUrl = "https://id.coalition.example");
        using var answer = await gateway.Http.GetAsync($"{gateway.Options.HttpUrl}/healthz/live");
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_OnTheGrpcListener_IsNotFound(string path)
    {
        using var http = new HttpClient { DefaultRequestVersion = new(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" });
        using var got = await http.GetAsync(coalition.Gateway.Options.GrpcUrl + path);
        using var posted = await http.PostAsync(coalition.Gateway.Options.GrpcUrl + path, form);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (got.StatusCode, posted.StatusCode));
    }

    [Theory]
    [InlineData("grpc.health.v1.Health/Check")]
    [InlineData("coalition.gateway.v1.PoolService/ListPools")]
    [InlineData("grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("no.such.Service/Method")]
    public async Task Call_OnTheHttpListener_IsNotFound(string path)
    {
        using var body = new ByteArrayContent(Frames.Of([]));
        body.Headers.ContentType = new("application/grpc");
        using var answer = await coalition.Gateway.Http.PostAsync($"{coalition.Gateway.Options.HttpUrl}/{path}", body);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    public async Task Reflection_OutsideTheSandbox_NeedsAToken(bool isSandbox, bool? setting, bool isOpen)
    {
        await using var gateway = await TestGateway.Start(configure: options => (options.Sandbox, options.OpenReflection) = (isSandbox, setting));
        if (isOpen)
        {
            Assert.NotEmpty((await Reflect(gateway, null)).ListServicesResponse.Service);
        }
        else
        {
            await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", async () => await Reflect(gateway, null));
            Assert.NotEmpty((await Reflect(gateway, await gateway.TokenOf(CallerKind.Operator, ""))).ListServicesResponse.Service);
        }

        // Health needs no token on any listener.
        await new Grpc.Health.V1.Health.HealthClient(gateway.Channel).CheckAsync(new Grpc.Health.V1.HealthCheckRequest());
    }

    [Fact]
    public async Task DeadConnection_IsClosedWithItsStreams()
    {
        await using var gateway = await TestGateway.Start(extend: builder => builder.WebHost.ConfigureKestrel(kestrel =>
            (kestrel.Limits.Http2.KeepAlivePingDelay, kestrel.Limits.Http2.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))));
        using var client = new TcpClient();
        await client.ConnectAsync(new Uri(gateway.Options.GrpcUrl).Host, new Uri(gateway.Options.GrpcUrl).Port);
        var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });

        // The client answers nothing, as if it had lost power. By default the server would wait for minutes.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (read, buffer) = (0, new byte[4096]);
        for (int count; (count = await stream.ReadAsync(buffer, patience.Token)) > 0;)
        {
            read += count;
        }

        Assert.InRange(read, 1, 10_000);
    }

    [Fact]
    public void KeepAlive_OfTheGateway_IsWhatTheContractSays()
    {
        var limits = coalition.Gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;
        Assert.Equal((RpcSetup.KeepAlivePingDelay, RpcSetup.KeepAlivePingTimeout), (limits.KeepAlivePingDelay, limits.KeepAlivePingTimeout));
        foreach (var text in new[] { Documents.Proto("error_reason"), Documents.Configuration })
        {
            Assert.Contains($"silent for {limits.KeepAlivePingDelay.TotalSeconds} seconds", text, StringComparison.Ordinal);
            Assert.Contains($"{(limits.KeepAlivePingDelay + limits.KeepAlivePingTimeout).TotalSeconds} seconds", text, StringComparison.Ordinal);
        }
    }

    private static async Task<ServerReflectionResponse> Reflect(TestGateway gateway, string? token)
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        using var call = new ServerReflection.ServerReflectionClient(gateway.Channel).ServerReflectionInfo(headers);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        return call.ResponseStream.Current;
    }
}
