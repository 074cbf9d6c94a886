using CoalitionGateway.Access;
using CoalitionGateway.Journal;
using Grpc.Core;
using Grpc.Health.V1;

namespace CoalitionGateway.Rpc;

/// <summary>grpc.health.v1: the gateway serves while its journal runs and the process is not stopping.</summary>
internal sealed class HealthService(CommandJournal journal, OpenStreams streams) : Health.HealthBase
{
    private static readonly HashSet<string> _known = ["", .. MethodRules.Services.Select(service => service.FullName)];

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => _known.Contains(request.Service)
        ? Task.FromResult(new HealthCheckResponse { Status = Now })
        : throw new RpcException(new Status(StatusCode.NotFound, $"There is no service {Excerpt.Of(request.Service)}."));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!_known.Contains(request.Service))
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown });
        }
        else
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = Now });
        }

        // One thing changes it: the stop of the process.
        var stopping = new TaskCompletionSource();
        await using var stopped = streams.Stopping.Register(() => stopping.TrySetResult());
        await using var left = context.CancellationToken.Register(() => stopping.TrySetCanceled());
        await stopping.Task;
        await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.NotServing });
    }

    private HealthCheckResponse.Types.ServingStatus Now => journal.IsRunning && !streams.Stopping.IsCancellationRequested
        ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;
}
