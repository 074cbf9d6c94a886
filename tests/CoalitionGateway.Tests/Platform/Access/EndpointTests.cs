using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>The methods of the running gateway: the contract's, all under the access policy, and the open ones.</summary>
public sealed class EndpointTests(TestCoalition coalition)
{
    private static readonly string[] _open =
    [
        "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ];

    private ILookup<string, EndpointMetadataCollection> Mapped => coalition.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        .ToLookup(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName, endpoint => endpoint.Metadata);

    [Fact]
    public void Methods_OfTheRunningGateway_MatchTheContractAndTheOpenOnes() => Assert.Equal(
        RawCalls.Methods.Values.Select(method => $"/{method.Service.FullName}/{method.Name}").Concat(_open).Order(),
        Mapped.SelectMany(found => found.Select(_ => found.Key)).Order());

    [Fact]
    public void Methods_ExceptTheOpenOnes_HaveTheAccessPolicyAndARule()
    {
        foreach (var found in Mapped.Where(found => !_open.Contains(found.Key)))
        {
            Assert.All(found, metadata =>
            {
                Assert.Equal([MethodRules.Policy], metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy));
                Assert.Null(metadata.GetMetadata<IAllowAnonymous>());
            });
            Assert.True(MethodRules.Find(found.Key) is not null, $"{found.Key} has no rule.");
        }
    }

    [Fact]
    public void Rules_CoverEveryServiceOfTheContract() =>
        Assert.Equal(RawCalls.Services.Select(service => service.FullName).Order(), MethodRules.Services.Select(service => service.FullName).Order());

    [Fact]
    public void MethodWithoutOptions_HasNoRule() => Assert.Empty(MethodRules.Of([Health.Descriptor]));

    [Fact]
    public async Task MethodWithoutOptions_UnderThePolicy_ServesNobody()
    {
        // A real method, without the option that names its callers.
        await using var gateway = await TestGateway.Start(
            map: app => app.MapGroup("/unruled").MapGrpcService<Unruled>().RequireAuthorization(MethodRules.Policy));
        foreach (var kind in Enum.GetValues<CallerKind>().Where(kind => kind != CallerKind.Gateway))
        {
            var subject = kind == CallerKind.Member ? Guid.NewGuid().ToString() : "somebody";
            var token = ForgedTokens.Make(gateway, "none", kind, subject, string.Join(' ', MethodRules.ScopesFor(kind)));
            var (failed, _) = await RawCalls.Unary(gateway.Channel, "unruled/grpc.health.v1.Health", "Check", [], token);
            Assert.Equal((StatusCode.PermissionDenied, "CALLER_NOT_ALLOWED"), (failed?.StatusCode, GatewayRefusal.From(failed!)?.ReasonText));
        }
    }

    [Fact]
    public async Task Token_WithTheCallerKindGateway_IsRefused()
    {
        var token = ForgedTokens.Make(coalition.Gateway, "none", CallerKind.Gateway, "gateway", string.Join(' ', MethodRules.Scopes));
        var (failed, _) = await RawCalls.Unary(coalition.Gateway.Channel, "coalition.gateway.v1.ProgrammeService", "ListProgrammes", [], token);
        Assert.Equal(("TOKEN_INVALID", "wrong_caller_kind"), (GatewayRefusal.From(failed!)?.ReasonText, GatewayRefusal.From(failed!)?.Metadata["problem"]));
    }

    private sealed class Unruled : Health.HealthBase;
}
