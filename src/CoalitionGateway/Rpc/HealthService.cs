using CoalitionGateway.Access;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace CoalitionGateway.Rpc;

/// <summary>grpc.health.v1: the gateway serves while its journal runs, its store answers and the process is not stopping.</summary>
internal sealed class HealthService(Readiness readiness, OpenStreams streams) : Health.HealthBase
{
    private static readonly HashSet<string> _known = ["", .. MethodRules.Services.Select(service => service.FullName)];

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => _known.Contains(request.Service)
        ? Task.FromResult(new HealthCheckResponse { Status = Now })
        : throw new RpcException(new Status(StatusCode.NotFound, $"There is no service {Excerpt.Of(request.Service)}."));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(streams.Stopping, context.CancellationToken);
        var told = _known.Contains(request.Service) ? Now : ServingStatus.ServiceUnknown;
        await responseStream.WriteAsync(new HealthCheckResponse { Status = told });
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(Readiness.Pace, ending.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            if (told != ServingStatus.ServiceUnknown && told != Now && !ending.IsCancellationRequested)
            {
                told = Now;
                await responseStream.WriteAsync(new HealthCheckResponse { Status = told });
            }
        }

        context.CancellationToken.ThrowIfCancellationRequested();
        if (told != ServingStatus.NotServing)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
        }
    }

    private ServingStatus Now => readiness.IsReady ? ServingStatus.Serving : ServingStatus.NotServing;
}
