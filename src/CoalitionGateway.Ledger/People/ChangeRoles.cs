using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.People;

/// <summary>Replaces a person's roles.</summary>
public sealed record ChangeRoles(CommandContext Context, PersonId Id, IReadOnlyList<PersonRole> Roles) : GovernedCommand<Person?>(Context)
{
    public override string Method => nameof(ChangeRoles);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(Id.Value).Text(Person.Join(Roles));

    public override Person? Needs(WorkingState rows, DateTime now) => rows.Find(new Person.Of(Id));

    public override Governance GovernanceOf(Person? state, DateTime now) => new(state?.Basis ?? "") { Concerns = Id };

    public override Decision Decide(Person? state, DateTime now)
    {
        if (new PersonState(state, []).Refusal(Id) is { } refusal)
        {
            return refusal;
        }

        return Roles.All(Person.RolesFor(state!.Kind).Contains)
            ? new RolesChanged(Header(now), Id, Person.Join(Roles))
            : new Refusal(RefusalReason.RoleOfOtherKind, $"{Id} is an {Caller.NameOf(state.Kind)}, whose roles are {string.Join(", ", Person.RolesFor(state.Kind))}.", "roles")
                .With("kind", Caller.NameOf(state.Kind));
    }
}

/// <param name="Roles">The numbers of <see cref="PersonRole"/>, ascending, with commas between.</param>
[EventKind(201, Answers = "ChangeRoles")]
public sealed record RolesChanged(EventHeader Header, PersonId PersonId, string Roles) : Event(Header)
{
    public override void Apply(WorkingState rows) => rows.Put(rows.Find(new Person.Of(PersonId))! with { Roles = Roles });

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PersonId.Value).Text(Roles);

    internal static RolesChanged Decode(EventHeader header, CanonicalReader reader) => new(header, new PersonId(reader.Text()), reader.Text());
}
