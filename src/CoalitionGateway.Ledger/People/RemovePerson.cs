using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.People;

/// <summary>Removes a person who leaves: their passkeys, their one-time code and their sign-ins end.</summary>
public sealed record RemovePerson(CommandContext Context, PersonId Id) : GovernedCommand<PersonState>(Context)
{
    public override string Method => nameof(RemovePerson);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(Id.Value);

    public override PersonState Needs(WorkingState rows, DateTime now) => PersonState.Find(rows, Id);

    public override Governance GovernanceOf(PersonState state, DateTime now) => new(state.Person?.Basis ?? "") { Concerns = Id };

    public override Decision Decide(PersonState state, DateTime now) => state.Refusal(Id) is { } refusal
        ? refusal
        : Decision.Accept(new PersonRemoved(Header(now), Id, state.PasskeyIds)).Erase([.. state.Passkeys]);
}

/// <param name="Ended">The passkeys that ended.</param>
[EventKind(203, Answers = "RemovePerson")]
public sealed record PersonRemoved(EventHeader Header, PersonId PersonId, IReadOnlyList<Guid> Ended) : Event(Header)
{
    public override void Apply(WorkingState rows)
    {
        rows.Put(rows.Find(new Person.Of(PersonId))! with { RemoveTime = Time });
        SignInCode.Remove(rows, PersonId);
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        PersonState.RemovePasskeys(rows, Ended);
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(PersonId.Value).List(Ended, static (w, id) => w.Uuid(id));

    internal static PersonRemoved Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PersonId(reader.Text()), reader.List(static r => r.Uuid()));
}
