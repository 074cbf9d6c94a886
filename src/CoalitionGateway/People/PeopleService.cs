using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;

namespace CoalitionGateway.People;

internal sealed class PeopleService(GovernedCalls governed, PeopleReader reader, Paging paging) : V1.PeopleService.PeopleServiceBase
{
    public override Task<V1.InvitePersonResponse> InvitePerson(V1.InvitePersonRequest request, ServerCallContext context) =>
        governed.Submit<V1.InvitePersonResponse>(request, request.RequestId, context);

    public override Task<V1.ChangeRolesResponse> ChangeRoles(V1.ChangeRolesRequest request, ServerCallContext context) =>
        governed.Submit<V1.ChangeRolesResponse>(request, request.RequestId, context);

    public override Task<V1.RenewPersonResponse> RenewPerson(V1.RenewPersonRequest request, ServerCallContext context) =>
        governed.Submit<V1.RenewPersonResponse>(request, request.RequestId, context);

    public override Task<V1.RemovePersonResponse> RemovePerson(V1.RemovePersonRequest request, ServerCallContext context) =>
        governed.Submit<V1.RemovePersonResponse>(request, request.RequestId, context);

    public override async Task<V1.ListPeopleResponse> ListPeople(V1.ListPeopleRequest request, ServerCallContext context)
    {
        var page = paging.Read(request.PageSize, request.PageToken, "people");
        var (rows, next) = paging.Cut(page, await reader.People(page.After, page.Size + 1, context.CancellationToken), row => row.Person.Id.Value);
        return new V1.ListPeopleResponse { People = { rows.Select(row => row.Person.ToWire(row.Passkeys)) }, NextPageToken = next };
    }
}
