using Google.Protobuf.Reflection;
using Grpc.Reflection;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>grpc.reflection.v1 and v1alpha: the contract, for tools such as buf curl. The contract is not secret.</summary>
internal static class ReflectionSetup
{
    private static readonly string[] _standard = ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

    public static void AddReflection(this IServiceCollection services)
    {
        // No service's file imports ErrorReason or the error details, but a partner's engineer wants to read them too.
        FileDescriptor[] files =
        [
            .. MethodRules.Services.Select(service => service.File), V1.ErrorReasonReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor,
            Grpc.Health.V1.HealthReflection.Descriptor, Grpc.Reflection.V1.ReflectionReflection.Descriptor, Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
        ];
        var names = MethodRules.Services.Select(service => service.FullName).Concat(_standard).ToArray();
        var symbols = SymbolRegistry.FromFiles(files);
        services.AddSingleton(new ReflectionV1ServiceImpl(names, symbols));
        services.AddSingleton(new ReflectionServiceImpl(names, symbols));
        services.AddGrpcReflection();
    }

    /// <summary>Only for operators outside the sandbox, unless a setting opens it: answers are 100 times the question.</summary>
    public static void MapReflection(this WebApplication app, GatewayOptions options)
    {
        var reflection = app.MapGrpcReflectionService().WithMetadata(new ResetAtStop());
        if (!options.IsReflectionOpen)
        {
            reflection.RequireAuthorization(MethodRules.Policy);
        }
    }
}
