using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>Removes one of an account's passkeys, but never the last: without one, only a one-time code would let its holder in.</summary>
public sealed record RemovePasskey(CommandContext Context, AccountId AccountId, Guid PasskeyId) : Command<RemovePasskey.State>(Context)
{
    public override string Method => nameof(RemovePasskey);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(AccountId.Value).Uuid(PasskeyId);

    public override State Needs(WorkingState rows, DateTime now) =>
        new(rows.Find(new Passkey.Of(PasskeyId)), rows.FindAll(new Passkey.ByAccount(AccountId)).Count);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Passkey is not { } passkey || passkey.AccountId != AccountId)
        {
            return SignInRefusals.PasskeyNotFound;
        }

        return state.Count > 1
            ? Decision.Accept(new PasskeyRemoved(Header(now), AccountId.Member, AccountId.Person, PasskeyId)).Erase(passkey)
            : new Refusal(RefusalReason.LastPasskey, "This is your last passkey; add another one first.", "passkey_id");
    }

    /// <param name="Count">How many passkeys the account has.</param>
    public sealed record State(Passkey? Passkey, int Count);
}

[EventKind(135, Answers = "RemovePasskey")]
public sealed record PasskeyRemoved(EventHeader Header, MemberId? MemberId, PersonId? PersonId, Guid PasskeyId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // The passkey is an erasable row, deleted beside the event.
    }

    public override void Rebuild(WorkingState rows) => rows.Remove(rows.Find(new Passkey.Of(PasskeyId))!);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.OptionalUuid(MemberId?.Value).OptionalText(PersonId?.Value).Uuid(PasskeyId);

    internal static PasskeyRemoved Decode(EventHeader header, CanonicalReader reader) => new(header, AccountId.ReadMember(reader), AccountId.ReadPerson(reader), reader.Uuid());
}
