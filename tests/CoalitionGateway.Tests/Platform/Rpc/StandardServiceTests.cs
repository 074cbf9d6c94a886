using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;

namespace CoalitionGateway.Tests.Platform.Rpc;

public sealed class StandardServiceTests(TestCoalition coalition)
{
    [Theory]
    [InlineData("")]
    [InlineData("coalition.gateway.v1.TransferService")]
    public async Task Health_OfAKnownService_IsServing(string service) => Assert.Equal(
        HealthCheckResponse.Types.ServingStatus.Serving,
        (await new Health.HealthClient(coalition.Gateway.Channel).CheckAsync(new HealthCheckRequest { Service = service })).Status);

    [Fact]
    public async Task Health_OfAnUnknownService_IsNotFound()
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Health.HealthClient(coalition.Gateway.Channel).CheckAsync(new HealthCheckRequest { Service = "no.such" }));
        Assert.Equal(StatusCode.NotFound, failed.StatusCode);
    }

    [Fact]
    public async Task Health_OfAServiceWithALongName_IsNotFoundAndTheConnectionSurvives()
    {
        var client = new Health.HealthClient(coalition.Gateway.Channel);
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = new string('ü', 30_000) }));
        Assert.Equal(StatusCode.NotFound, failed.StatusCode);
        Assert.InRange(failed.Status.Detail.Length, 0, 100);
    }

    [Fact]
    public async Task Health_Watched_ReportsTheStop()
    {
        var gateway = await TestGateway.Start();
        using var watch = new Health.HealthClient(gateway.Channel).Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);
        var stopping = gateway.Stop();
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await stopping;
        Directory.Delete(gateway.Options.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task Healthz_IsServing() => Assert.Equal("serving", await coalition.Gateway.Http.GetStringAsync($"{coalition.Gateway.Options.HttpUrl}/healthz"));

    [Fact]
    public async Task Reflection_ListsTheServices()
    {
        var answer = await Ask(new ServerReflectionRequest { ListServices = "*" });
        Assert.Equal(
            RawCalls.Services.Select(service => service.FullName).Concat(["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]).Order(),
            answer.ListServicesResponse.Service.Select(service => service.Name).Order());
    }

    [Theory]
    [InlineData("coalition.gateway.v1.TransferService")]
    [InlineData("coalition.gateway.v1.TransferService.CreateTransfer")]
    [InlineData("coalition.gateway.v1.ErrorReason")]
    [InlineData("coalition.gateway.v1.Member")]
    [InlineData("google.rpc.BadRequest")]
    public async Task Reflection_OfASymbol_GivesItsFileAndAllImports(string symbol)
    {
        var answer = await Ask(new ServerReflectionRequest { FileContainingSymbol = symbol });
        var files = answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom).ToArray();
        Assert.Empty(files.SelectMany(file => file.Dependency).Except(files.Select(file => file.Name)));
        Assert.Contains(files, file => file.MessageType.Any(type => $"{file.Package}.{type.Name}" == symbol)
            || file.EnumType.Any(type => $"{file.Package}.{type.Name}" == symbol)
            || file.Service.Any(service => symbol.StartsWith($"{file.Package}.{service.Name}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reflection_OfAnUnknownSymbol_IsNotFound() =>
        Assert.Equal((int)StatusCode.NotFound, (await Ask(new ServerReflectionRequest { FileContainingSymbol = "no.such" })).ErrorResponse.ErrorCode);

    private async Task<ServerReflectionResponse> Ask(ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(coalition.Gateway.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        return call.ResponseStream.Current;
    }
}
