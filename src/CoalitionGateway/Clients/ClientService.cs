using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Clients;

internal sealed class ClientService(GovernedCalls governed, ClientReader reader, Paging paging, TimeProvider clock)
    : V1.ClientService.ClientServiceBase
{
    public override async Task<V1.ListClientsResponse> ListClients(V1.ListClientsRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "clients");
        var (rows, next) = paging.Cut(page, await reader.Clients(page.After, page.Size + 1, context.CancellationToken), row => row.ClientId);
        var now = clock.GetUtcNow().UtcDateTime;
        return new V1.ListClientsResponse { Clients = { rows.Select(row => row.ToWire(now)) }, NextPageToken = next };
    }

    public override Task<V1.PublishClientResponse> PublishClient(V1.PublishClientRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishClientResponse>(request, request.RequestId, context);

    public override Task<V1.PublishClientKeysResponse> PublishClientKeys(V1.PublishClientKeysRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishClientKeysResponse>(request, request.RequestId, context);

    public override Task<V1.IssueClientSecretResponse> IssueClientSecret(V1.IssueClientSecretRequest request, ServerCallContext context) =>
        governed.Submit<V1.IssueClientSecretResponse>(request, request.RequestId, context);

    public override Task<V1.SuspendClientResponse> SuspendClient(V1.SuspendClientRequest request, ServerCallContext context) =>
        governed.Submit<V1.SuspendClientResponse>(request, request.RequestId, context);

    public override Task<V1.ResumeClientResponse> ResumeClient(V1.ResumeClientRequest request, ServerCallContext context) =>
        governed.Submit<V1.ResumeClientResponse>(request, request.RequestId, context);

    public override Task<V1.SetSenderConstraintResponse> SetSenderConstraint(V1.SetSenderConstraintRequest request, ServerCallContext context) =>
        governed.Submit<V1.SetSenderConstraintResponse>(request, request.RequestId, context);
}
