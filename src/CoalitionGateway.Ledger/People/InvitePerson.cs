using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.People;

/// <summary>
/// Invites a person of the operator or of compliance. With the one-time code the person makes a passkey at the authority. Two others
/// decide it; on the server's console the gateway itself invites, which is how the first two operators come.
/// </summary>
/// <param name="CodeHash">The keyed hash of the code, proposed by the gateway.</param>
public sealed record InvitePerson(CommandContext Context, PersonId Id, CallerKind Kind, IReadOnlyList<PersonRole> Roles, string CodeHash)
    : GovernedCommand<Person?>(Context)
{
    /// <summary>How long the code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public override string Method => nameof(InvitePerson);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(Id.Value).Text(Caller.NameOf(Kind)).Text(Person.Join(Roles));

    public override Person? Needs(WorkingState rows, DateTime now)
    {
        SignInCode.Find(rows, Id);
        return rows.Find(new Person.Of(Id));
    }

    public override Governance GovernanceOf(Person? state, DateTime now) => new("") { Concerns = Id };

    public override Decision Decide(Person? state, DateTime now) => state is null
        ? new PersonInvited(Header(now), Id, Kind, Person.Join(Roles), CodeHash, now + Lifetime)
        : new Refusal(RefusalReason.PersonExists, $"{Id} is or was a person already; choose another id.", "person.person_id")
            .With("person_id", Id.Value);
}

/// <param name="Roles">The numbers of <see cref="PersonRole"/>, ascending, with commas between.</param>
/// <param name="CodeHash">The keyed hash of the code. It does not reveal the code.</param>
/// <param name="ExpireTime">When the code ends.</param>
[EventKind(200, Answers = "InvitePerson")]
public sealed record PersonInvited(EventHeader Header, PersonId PersonId, CallerKind PersonKind, string Roles, string CodeHash, DateTime ExpireTime) : Event(Header)
{
    /// <summary>The person after the event.</summary>
    public Person Person => new(PersonId, PersonKind, Roles, Time, null);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Person);
        PersonCode.Put(rows, PersonId, CodeHash, ExpireTime);
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PersonId.Value).Number((int)PersonKind).Text(Roles).Text(CodeHash).Time(ExpireTime);

    internal static PersonInvited Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PersonId(reader.Text()), reader.Value<CallerKind>(), reader.Text(),
        reader.Text(), reader.Time());
}

/// <summary>The one-time codes of persons.</summary>
internal static class PersonCode
{
    public static void Put(WorkingState rows, PersonId person, string codeHash, DateTime expireTime)
    {
        rows.Put(new SignInCode(person, codeHash, null, expireTime, null));
        rows.Put(new Due(EndSignInCode.DueKind, person.Value, expireTime));
    }
}
