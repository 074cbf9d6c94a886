using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.People;

/// <summary>
/// The one-time codes of invited and renewed persons. The proposer is told the first half and the approver the second, so that neither
/// of them can become the person and then decide alone.
/// </summary>
internal sealed class PersonCodes(GatewayKeys keys, GatewayOptions options)
{
    private readonly OneTimeCodes _codes = OneTimeCodes.OfSignIns(keys);

    /// <summary>A whole code, for the console.</summary>
    public string Of(CommandContext context) => _codes.Make(context.Caller.ToString(), context.RequestId);

    /// <summary>The half that a proposer or an approver is told.</summary>
    public string HalfOf(CommandContext context) => Of(context)[..(OneTimeCodes.Length / 2)];

    public string HashOf(string code) => _codes.HexHash(code);

    /// <summary>The hash of a code of two halves. Without an approver there is no code yet.</summary>
    public string HashOf(CommandContext proposer, CommandContext? approver) => approver is null ? "" : HashOf(HalfOf(proposer) + HalfOf(approver));

    public string UrlOf(string code) => options.SignInPage is { } page ? $"{page}#{code}" : "";
}

internal sealed class InvitePersonMethod(PersonCodes codes) : GovernedMethod<V1.InvitePersonRequest, PersonInvited, V1.InvitePersonResponse>
{
    public override V1.InvitePersonResponse Waiting(V1.Proposal proposal, CommandContext context) =>
        new() { SignInCode = codes.HalfOf(context), SignInUrl = codes.UrlOf(codes.HalfOf(context)), Proposal = proposal };

    protected override Command ToCommand(V1.InvitePersonRequest request, CommandContext proposer, CommandContext? approver)
    {
        var (person, kind) = (request.Person, (CallerKind)(int)request.Person.Kind);
        var roles = person.Roles.ToRoles();
        InvalidFieldsException.Unless(
            (person.PersonId.Length <= PersonId.Longest, "person.person_id", $"must have at most {PersonId.Longest} characters."),
            (kind is CallerKind.Operator or CallerKind.Officer, "person.kind", "must be CALLER_KIND_OPERATOR or CALLER_KIND_OFFICER."),
            (kind is not (CallerKind.Operator or CallerKind.Officer) || roles.All(Person.RolesFor(kind).Contains), "person.roles", $"must be of {string.Join(", ", Person.RolesFor(kind).Select(role => ContractNames.Of([role])))}."));
        return new InvitePerson(proposer, new PersonId(person.PersonId), kind, roles, codes.HashOf(proposer, approver));
    }

    protected override Task<V1.InvitePersonResponse> Answer(PersonInvited made, CommandContext? approver) =>
        Task.FromResult(new V1.InvitePersonResponse { SignInCode = codes.HalfOf(approver!), InviteTime = made.Time.ToWire() });
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
        new() { SignInCode = codes.HalfOf(context), SignInUrl = codes.UrlOf(codes.HalfOf(context)), Proposal = proposal };

    protected override Command ToCommand(V1.RenewPersonRequest request, CommandContext proposer, CommandContext? approver) =>
        new RenewPerson(proposer, new PersonId(request.PersonId), codes.HashOf(proposer, approver));

    protected override async Task<V1.RenewPersonResponse> Answer(PersonRenewed made, CommandContext? approver)
    {
        await ended.EndPerson(made.PersonId, CancellationToken.None);
        return new V1.RenewPersonResponse { SignInCode = codes.HalfOf(approver!), RenewTime = made.Time.ToWire() };
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
