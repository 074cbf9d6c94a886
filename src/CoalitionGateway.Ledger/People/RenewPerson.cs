using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.People;

/// <summary>Ends all passkeys of a person who lost one, and gives them a new one-time code.</summary>
/// <param name="CodeHash">The keyed hash of the code, proposed by the gateway.</param>
public sealed record RenewPerson(CommandContext Context, PersonId Id, string CodeHash) : GovernedCommand<PersonState>(Context)
{
    public override string Method => nameof(RenewPerson);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(Id.Value);

    public override PersonState Needs(WorkingState rows, DateTime now) => PersonState.Find(rows, Id);

    public override Governance GovernanceOf(PersonState state, DateTime now) => new(state.Person?.Basis ?? "") { Concerns = Id };

    public override Decision Decide(PersonState state, DateTime now) => state.Refusal(Id) is { } refusal
        ? refusal
        : Decision.Accept(new PersonRenewed(Header(now), Id, CodeHash, now + InvitePerson.Lifetime, state.PasskeyIds)).Erase([.. state.Passkeys]);
}

/// <summary>A person with their passkeys, for the commands that end these.</summary>
/// <param name="Passkeys">All of them.</param>
public sealed record PersonState(Person? Person, IReadOnlyList<Passkey> Passkeys)
{
    public IReadOnlyList<Guid> PasskeyIds => [.. Passkeys.Select(passkey => passkey.Id).Order()];

    public static PersonState Find(WorkingState rows, PersonId id)
    {
        SignInCode.Find(rows, id);
        return new PersonState(rows.Find(new Person.Of(id)), rows.FindAll(new Passkey.ByAccount(id)));
    }

    /// <summary>The refusal if there is no such person; null if there is.</summary>
    public Refusal? Refusal(PersonId id) => Person is { IsRemoved: false }
        ? null
        : new Refusal(RefusalReason.PersonNotFound, $"There is no person {id}, or they were removed; ListPeople shows all.", "person_id").With("person_id", id.Value);

    /// <summary>Removes passkeys while the rows are rebuilt from the events.</summary>
    internal static void RemovePasskeys(WorkingState rows, IReadOnlyList<Guid> passkeys)
    {
        foreach (var passkey in passkeys)
        {
            rows.Remove(rows.Find(new Passkey.Of(passkey))!);
        }
    }
}

/// <param name="Ended">The passkeys that ended.</param>
[EventKind(202, Answers = "RenewPerson")]
public sealed record PersonRenewed(EventHeader Header, PersonId PersonId, string CodeHash, DateTime ExpireTime, IReadOnlyList<Guid> Ended) : Event(Header)
{
    public override void Apply(WorkingState rows)
    {
        rows.Put(rows.Find(new Person.Of(PersonId))! with { RenewTime = Time });
        PersonCode.Put(rows, PersonId, CodeHash, ExpireTime);
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        PersonState.RemovePasskeys(rows, Ended);
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PersonId.Value).Text(CodeHash).Time(ExpireTime).List(Ended, static (w, id) => w.Uuid(id));

    internal static PersonRenewed Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PersonId(reader.Text()), reader.Text(), reader.Time(), reader.List(static r => r.Uuid()));
}
