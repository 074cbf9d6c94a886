using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Proposals;

/// <summary>
/// Proposes a governed change. What could not count now is refused now. A change that one person may make alone counts at once.
/// </summary>
/// <param name="Change">The change, with the same context.</param>
/// <param name="Request">The request as it came, so that others see what is proposed.</param>
/// <param name="Owner">The person to whom a configured tool belongs; empty: nobody.</param>
/// <param name="Salt">Random, proposed by the gateway: see <see cref="ProposalRequest.Salt"/>.</param>
public sealed record Propose(CommandContext Context, Command Change, byte[] Request, string Owner, byte[] Salt) : Command<Propose.State>(Context)
{
    public override string Method => Change.Method;

    public override void Encode(CanonicalWriter writer) => Change.Encode(writer);

    public override State Needs(WorkingState rows, DateTime now) =>
        new(
        Change.Run(rows, now), Change.Govern(rows, now), rows.Find(new Person.Of(new PersonId(Context.Caller.Id))),
        Context.Caller.Tool is { } tool ? rows.Find(new RegisteredClient.Of(tool)) : null, rows.FindAll(Proposal.OpenOf(Context.Caller.ToString())));

    // The order is the precedence.
    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Decision: { } decision, Governance: { } governance })
        {
            throw new InvalidOperationException($"{Method} is not governed.");
        }

        if (state.Person is { } person && person.Kind == Context.Caller.Kind && !person.Changes)
        {
            // The roles were changed after the person's token was issued.
            return new Refusal(RefusalReason.PersonNeeded, "Your roles do not allow this any more.").With("role", person.Kind == CallerKind.Officer ? "case_work" : "publish");
        }

        if ((governance.NeedsPerson || governance.Concerns is not null) && (state.Person is not { IsRemoved: false } || state.Person.Kind != Context.Caller.Kind))
        {
            return new Refusal(RefusalReason.PersonNeeded, "Only a person changes persons and clients; a tool cannot.").With("role", "publish");
        }

        if (governance.Concerns is { } concerns && concerns.Value == Context.Caller.Id)
        {
            return new Refusal(RefusalReason.OtherPersonNeeded, "Two others decide a change that is about you.");
        }

        if (decision.Refusal is not null || (governance.MayBeAlone && !(governance.IsSmall && Context.Caller.Tool is not null)))
        {
            return decision;
        }

        if (state.Open.Count(proposal => proposal.StateAt(now) == ProposalState.Open) >= Proposal.MostOpen)
        {
            return new Refusal(RefusalReason.TooManyProposals, $"You have {Proposal.MostOpen} open proposals; have some decided or decline some, then propose anew.")
                .With("most", Proposal.MostOpen);
        }

        var made = new ProposalMade(
            Header(now), Method, state.Tool?.Holders ?? Owner, governance.Concerns?.Value ?? "", governance.Basis, Proposal.DigestOf(Salt, Change), now + Proposal.Lifetime);
        return Decision.Accept(made, new ProposalRequest(made.Id, Request, Salt, governance.About));
    }

    /// <param name="Decision">What the change would do now.</param>
    /// <param name="Person">The proposer, if a person.</param>
    /// <param name="Tool">The proposer, if a registered tool.</param>
    /// <param name="Open">The proposer's proposals that are open, or whose end is not posted yet.</param>
    public sealed record State(Decision? Decision, Governance? Governance, Person? Person, RegisteredClient? Tool, IReadOnlyList<Proposal> Open);
}

/// <param name="ChangeMethod">The method that was called.</param>
/// <param name="Owner">The person to whom a configured tool belongs; empty: nobody.</param>
/// <param name="Concerns">The person whom the change is about; empty: none.</param>
/// <param name="Digest">See <see cref="Proposal.Digest"/>.</param>
[EventKind(210)]
public sealed record ProposalMade(EventHeader Header, string ChangeMethod, string Owner, string Concerns, string Basis, byte[] Digest, DateTime ExpireTime) : Event(Header)
{
    public override string? Answers => ChangeMethod;

    /// <summary>The proposal after the event.</summary>
    public Proposal Proposal => new(
        Id, ChangeMethod, Header.Actor.ToString(), Owner, Concerns, Basis, Digest, Time, ExpireTime, ProposalState.Open, "", null, null);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Proposal);
        rows.Put(new Due(EndProposal.DueKind, Id.ToString(), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ChangeMethod).Text(Owner).Text(Concerns).Text(Basis).Bytes(Digest).Time(ExpireTime);

    internal static ProposalMade Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Bytes(), reader.Time());
}
