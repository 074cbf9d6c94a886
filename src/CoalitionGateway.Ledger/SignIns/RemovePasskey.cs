using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>Removes one of the member's passkeys, but never the last: without one, only a brand's code would let them in.</summary>
public sealed record RemovePasskey(CommandContext Context, MemberId MemberId, Guid PasskeyId) : Command<RemovePasskey.State>(Context)
{
    public override string Method => nameof(RemovePasskey);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Uuid(PasskeyId);

    public override State Needs(WorkingState rows, DateTime now) =>
        new(rows.Find(new Passkey.Of(PasskeyId)), rows.FindAll(new Passkey.ByMember(MemberId)).Count);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Passkey is not { } passkey || passkey.MemberId != MemberId)
        {
            return SignInRefusals.PasskeyNotFound;
        }

        return state.Count > 1
            ? Decision.Accept(new PasskeyRemoved(Header(now), MemberId, PasskeyId)).Erase(passkey)
            : new Refusal(RefusalReason.LastPasskey, "This is your last passkey; add another one first.", "passkey_id");
    }

    /// <param name="Count">How many passkeys the member has.</param>
    public sealed record State(Passkey? Passkey, int Count);
}

[EventKind(135, Answers = "RemovePasskey")]
public sealed record PasskeyRemoved(EventHeader Header, MemberId MemberId, Guid PasskeyId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // The passkey is an erasable row, deleted beside the event.
    }

    public override void Rebuild(WorkingState rows) => rows.Remove(rows.Find(new Passkey.Of(PasskeyId))!);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Uuid(PasskeyId);

    internal static PasskeyRemoved Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Uuid());
}
