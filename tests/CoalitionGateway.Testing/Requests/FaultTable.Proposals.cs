using System.Text.Json.Nodes;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of requests about persons and proposals. The caller is operator-one.</summary>
internal static partial class FaultTable
{
    private static IEnumerable<Fault> Governance()
    {
        const string invite = "PeopleService/InvitePerson", roles = "PeopleService/ChangeRoles", renew = "PeopleService/RenewPerson", remove = "PeopleService/RemovePerson";
        return
        [
            .. RequestId(invite, _operator), .. Slug(invite, _operator, "person.personId"), Invalid(invite, _operator, "person.personId", new string('a', 33)),
            Invalid(invite, _operator, "person", null) with { Field = "person.person_id" }, Invalid(invite, _operator, "person.kind", null),
            Invalid(invite, _operator, "person.kind", "CALLER_KIND_PARTNER") with { Field = "person.kind" }, Invalid(invite, _operator, "person.roles", null),
            Invalid(invite, _operator, "person.roles", new JsonArray("PERSON_ROLE_LEAD")),
            Refused(invite, _operator, "person.personId", "operator-two", StatusCode.AlreadyExists, "PERSON_EXISTS"),
            Refused(invite, _operator, "person.personId", "operator-one", StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED"),
            .. new[] { roles, renew, remove }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _operator), .. Slug(method, _operator, "personId"),
                Refused(method, _operator, "personId", "nobody", StatusCode.NotFound, "PERSON_NOT_FOUND"),
                Refused(method, _operator, "personId", "operator-one", StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED"),
            ]),
            Invalid(roles, _operator, "roles", null), Refused(roles, _operator, "roles", new JsonArray("PERSON_ROLE_APPROVE"), StatusCode.InvalidArgument, "ROLE_OF_OTHER_KIND"),
            .. Page("PeopleService/ListPeople", _operator), .. Page("ProposalService/ListProposals", _operator), Invalid("ProposalService/ListProposals", _operator, "state", 9),
            .. new[] { "ProposalService/ApproveProposal", "ProposalService/DeclineProposal" }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _operator), .. Uuid(method, _operator, "proposalId"),
                Refused(method, _operator, "proposalId", UnknownId, StatusCode.NotFound, "PROPOSAL_NOT_FOUND"),
                Refused(method, _operator, "proposalId", "{closedProposal}", StatusCode.FailedPrecondition, "PROPOSAL_CLOSED"),
            ]),
            Refused("ProposalService/ApproveProposal", _operator, "proposalId", "{ownProposal}", StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED"),
            Refused("ProposalService/ApproveProposal", _operator, "proposalId", "{outdatedProposal}", StatusCode.FailedPrecondition, "PROPOSAL_OUTDATED"),
        ];
    }
}
