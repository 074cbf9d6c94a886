using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>Who asked, under which request id, and the id that the event gets if there is one.</summary>
public sealed record Issue(Caller Caller, Guid RequestId, EventId EventId);

/// <summary>Something that a caller wants to change. Decided by a pure rule on a small state of its own.</summary>
public abstract record Command(Issue Issue)
{
    /// <summary>The method's name in the contract.</summary>
    public abstract string Method { get; }

    /// <summary>
    /// Whether the answer is kept under the request id, so that a retry gets it. Not for commands that the
    /// gateway makes itself.
    /// </summary>
    public virtual bool IsRetryable => true;

    /// <summary>
    /// Writes what the caller asked for, in fixed order, behind a version. Two requests are the same if these
    /// bytes are; ids that the gateway proposes are not among them.
    /// </summary>
    public abstract void Encode(CanonicalWriter writer);

    /// <summary>Asks for the rows that the command needs, and finds out which are not here yet.</summary>
    public abstract void Need(WorkingState rows);

    internal abstract Decision Run(WorkingState rows, DateTime now);
}

/// <summary>A command and the state that its rule reads.</summary>
public abstract record Command<TState>(Issue Issue) : Command(Issue)
{
    /// <summary>Picks the state out of the rows. What a row's absence means is for Decide to say.</summary>
    public abstract TState Needs(WorkingState rows);

    /// <summary>The rule: an event, or a refusal. Pure.</summary>
    public abstract Decision Decide(TState state, DateTime now);

    public sealed override void Need(WorkingState rows) => Needs(rows);

    internal sealed override Decision Run(WorkingState rows, DateTime now) => Decide(Needs(rows), now);

    private protected EventHeader Header(DateTime now) => new(Issue.EventId, now, Issue.Caller, Issue.RequestId);
}

/// <summary>What a rule decided: an event, or a refusal.</summary>
public sealed class Decision
{
    private Decision(Event? made, Refusal? refusal, IReadOnlyList<Row> beside) =>
        (Event, Refusal, Beside) = (made, refusal, beside);

    public Event? Event { get; }

    public Refusal? Refusal { get; }

    /// <summary>
    /// Rows that the event does not carry because they must stay erasable or secret: numbers, profiles, codes.
    /// </summary>
    public IReadOnlyList<Row> Beside { get; }

    /// <summary>Rows of that sort that are to be deleted.</summary>
    public IReadOnlyList<Row> Erased { get; private init; } = [];

    public static implicit operator Decision(Event made) => Accept(made);

    public static implicit operator Decision(Refusal refusal) => new(null, refusal, []);

    public static Decision Accept(Event made, params IReadOnlyList<Row> beside) => new(made, null, beside);

    public Decision Erase(params IReadOnlyList<Row> rows) => new(Event, Refusal, Beside) { Erased = rows };
}
