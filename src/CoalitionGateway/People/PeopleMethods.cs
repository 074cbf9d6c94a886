using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.People;

/// <summary>The one-time codes of invited and renewed persons. Only the proposer is told the code.</summary>
internal sealed class PersonCodes(GatewayKeys keys, GatewayOptions options)
{
    private readonly OneTimeCodes _codes = OneTimeCodes.OfSignIns(keys);

    public string Of(CommandContext context) => _codes.Make(context.Caller.ToString(), context.RequestId);

    public string HashOf(CommandContext context) => _codes.HexHash(Of(context));

    public string UrlOf(string code) => options.SignInPage is { } page ? $"{page}#{code}" : "";
}

internal sealed class InvitePersonMethod(PersonCodes codes, GatewayOptions options) : GovernedMethod<V1.InvitePersonRequest, PersonInvited, V1.InvitePersonResponse>
{
    public override V1.InvitePersonResponse Waiting(V1.Proposal proposal, CommandContext context) =>
        new() { SignInCode = codes.Of(context), SignInUrl = codes.UrlOf(codes.Of(context)), Proposal = proposal };

    protected override Command ToCommand(V1.InvitePersonRequest request, CommandContext context)
    {
        var (person, kind) = (request.Person, (CallerKind)(int)request.Person.Kind);
        var roles = person.Roles.ToRoles();
        InvalidFieldsException.Unless(
            (person.PersonId.Length <= PersonId.Longest, "person.person_id", $"must have at most {PersonId.Longest} characters."),
            (options.Clients.All(client => client.ClientId != person.PersonId), "person.person_id", "is the id of a client of the issuer; choose another."),
            (kind is CallerKind.Operator or CallerKind.Officer, "person.kind", "must be CALLER_KIND_OPERATOR or CALLER_KIND_OFFICER."),
            (roles.All(Person.RolesFor(kind).Contains), "person.roles", $"must be of {string.Join(", ", Person.RolesFor(kind).Select(role => ContractNames.Of([role])))}."));
        return new InvitePerson(context, new PersonId(person.PersonId), kind, roles, codes.HashOf(context));
    }

    protected override Task<V1.InvitePersonResponse> Answer(PersonInvited made) => Task.FromResult(new V1.InvitePersonResponse { InviteTime = made.Time.ToWire() });
}

internal sealed class ChangeRolesMethod(LedgerStore store) : GovernedMethod<V1.ChangeRolesRequest, RolesChanged, V1.ChangeRolesResponse>
{
    protected override Command ToCommand(V1.ChangeRolesRequest request, CommandContext context) =>
        new ChangeRoles(context, new PersonId(request.PersonId), request.Roles.ToRoles());

    protected override async Task<V1.ChangeRolesRequest?> Before(V1.ChangeRolesRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new Person.Of(new PersonId(request.PersonId))), cancellation) is { } person
            ? new V1.ChangeRolesRequest { PersonId = person.Id.Value, Roles = { person.ToWire(0).Roles } } : null;

    protected override Task<V1.ChangeRolesResponse> Answer(RolesChanged made) => Task.FromResult(new V1.ChangeRolesResponse { ChangeTime = made.Time.ToWire() });
}

internal sealed class RenewPersonMethod(PersonCodes codes, EndedCallers ended) : GovernedMethod<V1.RenewPersonRequest, PersonRenewed, V1.RenewPersonResponse>
{
    public override V1.RenewPersonResponse Waiting(V1.Proposal proposal, CommandContext context) =>
        new() { SignInCode = codes.Of(context), SignInUrl = codes.UrlOf(codes.Of(context)), Proposal = proposal };

    protected override Command ToCommand(V1.RenewPersonRequest request, CommandContext context) =>
        new RenewPerson(context, new PersonId(request.PersonId), codes.HashOf(context));

    protected override async Task<V1.RenewPersonResponse> Answer(PersonRenewed made)
    {
        await ended.EndPerson(made.PersonId, CancellationToken.None);
        return new V1.RenewPersonResponse { RenewTime = made.Time.ToWire() };
    }
}

internal sealed class RemovePersonMethod(EndedCallers ended) : GovernedMethod<V1.RemovePersonRequest, PersonRemoved, V1.RemovePersonResponse>
{
    protected override Command ToCommand(V1.RemovePersonRequest request, CommandContext context) => new RemovePerson(context, new PersonId(request.PersonId));

    protected override async Task<V1.RemovePersonResponse> Answer(PersonRemoved made)
    {
        await ended.EndPerson(made.PersonId, CancellationToken.None);
        return new V1.RemovePersonResponse { RemoveTime = made.Time.ToWire() };
    }
}
