using System.Net;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Tests.Cli;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace CoalitionGateway.Tests.Security;

/// <summary>If a sandbox reported ready before it had written its credentials, clients would find none.</summary>
public sealed class SandboxReadinessTests
{
    [Fact]
    public async Task Sandbox_OnSqlite_BeforeItsFileIsWritten_IsNotReady()
    {
        using var data = new DataFolder();
        await using var gateway = await LocalGateway.Start(Place.Free(data.Path), sandbox: true, LogLevel.None);
        using var channel = GrpcChannel.ForAddress(gateway.Options.GrpcUrl);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ServingStatus.NotServing), (await Ready(gateway.Options.HttpUrl), await Health()));
        gateway.EndPreparation();
        Assert.Equal((HttpStatusCode.OK, ServingStatus.Serving), (await Ready(gateway.Options.HttpUrl), await Health()));

        async Task<ServingStatus> Health() =>
            (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken)).Status;
    }

    [Fact]
    public async Task Serve_OnSqlite_SaysReady_OnceItsFileIsThere()
    {
        using var data = new DataFolder();
        var http = TestGateway.FreeUrl();
        using var serving = ProcessTests.Start(["serve", "--no-portal", "--sandbox", "--grpc", TestGateway.FreeUrl(), "--http", http, "--data", data.Path]);
        try
        {
            while (await Ready(http) != HttpStatusCode.OK)
            {
                Assert.False(serving.HasExited);
            }

            Assert.Equal(http, SandboxFile.Read(data.File(SandboxFile.Name)).Http);
        }
        finally
        {
            serving.Kill();
        }
    }

    private static async Task<HttpStatusCode> Ready(string url)
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync($"{url}/healthz/ready", TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.ServiceUnavailable;
        }
    }
}
