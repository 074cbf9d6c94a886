using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Proposals;

/// <summary>Approves a proposal: its change counts from now on, as the approver's own act.</summary>
/// <param name="Change">The change, made anew by the gateway from the proposal's request; null: there is none any more.</param>
public sealed record ApproveProposal(CommandContext Context, EventId ProposalId, Command? Change) : Command<ApproveProposal.State>(Context)
{
    public override string Method => nameof(ApproveProposal);

    // The change follows from the proposal.
    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(ProposalId.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var (found, change) = (OpenProposal.Find(rows, ProposalId, Context.Caller), Own);
        return new State(found, change?.Run(rows, now), change?.Govern(rows, now));
    }

    // The order is the precedence, and the contract lists the same order.
    public override Decision Decide(State state, DateTime now)
    {
        if (state.Found.RefusalFor(Context.Caller, ProposalId, now) is { } refusal)
        {
            return refusal;
        }

        if (state.Found.Proposal!.RefusalOfDecider(Context.Caller, state.Found.Person) is { } other)
        {
            return other;
        }

        var (proposal, request) = (state.Found.Proposal!, state.Found.Request);
        if (request is null || Own is null || !Proposal.DigestOf(request.Salt, Own).AsSpan().SequenceEqual(proposal.Digest) || state.Governance?.Basis != proposal.Basis)
        {
            return new Refusal(RefusalReason.ProposalOutdated, "What the proposal would replace was changed meanwhile. Decline it, and propose anew.", "proposal_id");
        }

        if (state.Decision!.Refusal is not null)
        {
            return state.Decision;
        }

        var decision = state.Decision;
        return Decision.Accept(new ProposalApproved(Header(now), ProposalId, decision.Event!.Id), decision.ErasableRows)
            .After(decision.Settled).Then([decision.Event, .. decision.FollowUps]).Erase([request, .. decision.Erased]);
    }

    /// <summary>The change as a follow-up of the approval.</summary>
    private Command? Own => Change is null ? null : Change with { Context = Context with { EventId = Context.FollowUpId(1) } };

    /// <param name="Decision">What the change would do now.</param>
    public sealed record State(OpenProposal Found, Decision? Decision, Governance? Governance);
}

/// <summary>Declines a proposal. The proposer can do so too: they withdraw it.</summary>
public sealed record DeclineProposal(CommandContext Context, EventId ProposalId) : Command<OpenProposal>(Context)
{
    public override string Method => nameof(DeclineProposal);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(ProposalId.Value);

    public override OpenProposal Needs(WorkingState rows, DateTime now) => OpenProposal.Find(rows, ProposalId, Context.Caller);

    public override Decision Decide(OpenProposal state, DateTime now)
    {
        if (state.RefusalFor(Context.Caller, ProposalId, now) is { } refusal)
        {
            return refusal;
        }

        var isOwn = Context.Caller.ToString() == state.Proposal!.Proposer;
        return !isOwn && state.Proposal.RefusalOfDecider(Context.Caller, state.Person) is { } other
            ? other
            : Decision.Accept(new ProposalDeclined(Header(now), ProposalId)).Erase(state.Requests);
    }
}

/// <summary>Ends a proposal that nobody decided in time. Issued by the gateway itself.</summary>
public sealed record EndProposal(CommandContext Context, EventId ProposalId) : Command<OpenProposal>(Context)
{
    /// <summary>The kind of the due row. Its subject is the proposal.</summary>
    public const string DueKind = "proposal";

    public override string Method => nameof(EndProposal);

    public override bool IsRetryable => false;

    /// <summary>The command for a due row.</summary>
    public static EndProposal For(Due due, CommandContext context) => new(context, new EventId(Guid.Parse(due.Subject)));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(ProposalId.Value);

    public override OpenProposal Needs(WorkingState rows, DateTime now) => OpenProposal.Find(rows, ProposalId, Context.Caller);

    public override Decision Decide(OpenProposal state, DateTime now) => state.Proposal is { State: ProposalState.Open } found && found.ExpireTime <= now
        ? Decision.Accept(new ProposalEnded(Header(now), ProposalId)).Erase(state.Requests)
        : OpenProposal.NotFound(ProposalId);
}

/// <summary>A proposal with what its decision needs.</summary>
/// <param name="Person">The caller, if a person.</param>
public sealed record OpenProposal(Proposal? Proposal, ProposalRequest? Request, Person? Person)
{
    public IReadOnlyList<Row> Requests => Request is null ? [] : [Request];

    public static OpenProposal Find(WorkingState rows, EventId id, Caller caller)
    {
        rows.Find(new Due.Of(EndProposal.DueKind, id.ToString()));
        return new OpenProposal(rows.Find(new Proposal.Of(id)), rows.Find(new ProposalRequest.Of(id)), rows.Find(new Person.Of(new PersonId(caller.Id))));
    }

    public static Refusal NotFound(EventId id) =>
        new Refusal(RefusalReason.ProposalNotFound, "There is no such proposal for you to decide; ListProposals shows those there are.", "proposal_id")
            .With("proposal_id", id.ToString());

    /// <summary>The refusal of a proposal that is not of the caller's kind, or not open; null if it is.</summary>
    public Refusal? RefusalFor(Caller caller, EventId id, DateTime now)
    {
        if (Proposal is null || Proposal.Kind != caller.Kind)
        {
            return NotFound(id);
        }

        return Proposal.StateAt(now) is not ProposalState.Open and var state
            ? new Refusal(RefusalReason.ProposalClosed, $"The proposal is closed: {NameOf(state)}. Propose anew if the change is still wanted.", "proposal_id")
                .With("state", NameOf(state))
            : null;
    }

    /// <summary>Puts the proposal in its last state. The command must have asked for what would end it.</summary>
    internal static void Close(WorkingState rows, EventId id, ProposalState state, EventHeader header, EventId? change = null)
    {
        rows.Put(rows.Find(new Proposal.Of(id))! with { State = state, Decider = header.Actor.ToString(), DecideTime = header.Time, ChangeId = change });
        Due.Settle(rows, EndProposal.DueKind, id.ToString());
    }

    private static string NameOf(ProposalState state) => state.ToString().ToLowerInvariant();
}

/// <param name="ChangeId">The event of the change. It follows in the log.</param>
[EventKind(211, Answers = "ApproveProposal")]
public sealed record ProposalApproved(EventHeader Header, EventId ProposalId, EventId ChangeId) : Event(Header)
{
    public override IReadOnlyList<EventId> AnsweredFrom => [ChangeId];

    public override void Apply(WorkingState rows) => OpenProposal.Close(rows, ProposalId, ProposalState.Approved, Header, ChangeId);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(ProposalId.Value).Uuid(ChangeId.Value);

    internal static ProposalApproved Decode(EventHeader header, CanonicalReader reader) => new(header, new EventId(reader.Uuid()), new EventId(reader.Uuid()));
}

[EventKind(212, Answers = "DeclineProposal")]
public sealed record ProposalDeclined(EventHeader Header, EventId ProposalId) : Event(Header)
{
    public override void Apply(WorkingState rows) => OpenProposal.Close(rows, ProposalId, ProposalState.Declined, Header);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(ProposalId.Value);

    internal static ProposalDeclined Decode(EventHeader header, CanonicalReader reader) => new(header, new EventId(reader.Uuid()));
}

[EventKind(213)]
public sealed record ProposalEnded(EventHeader Header, EventId ProposalId) : Event(Header)
{
    public override void Apply(WorkingState rows) => OpenProposal.Close(rows, ProposalId, ProposalState.Ended, Header);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(ProposalId.Value);

    internal static ProposalEnded Decode(EventHeader header, CanonicalReader reader) => new(header, new EventId(reader.Uuid()));
}
