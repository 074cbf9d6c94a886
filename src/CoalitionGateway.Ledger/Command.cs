using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>What a command is decided for: the caller, its request id, and the id that the answering event gets.</summary>
public sealed record CommandContext(Caller Caller, Guid RequestId, EventId EventId)
{
    /// <summary>
    /// Random, and stored nowhere. The ids of follow-ups and the references that recipients get are made from it: none of them
    /// leads to another, and two recipients cannot compare theirs.
    /// </summary>
    public Guid Salt { get; init; }

    /// <summary>
    /// Whether another gateway was given the command and has not said what became of it. Then its answering event may be there
    /// already, under <see cref="EventId"/>.
    /// </summary>
    public bool WasHandedOver { get; init; }

    /// <summary>The id of a follow-up: UUIDv7 with the time of the answering event's id, random otherwise.</summary>
    public EventId FollowUpId(int nth)
    {
        Span<byte> id = stackalloc byte[16];
        Derive("follow-up", $"{nth}").CopyTo(id);
        Span<byte> answering = stackalloc byte[16];
        EventId.Value.TryWriteBytes(answering, bigEndian: true, out _);
        answering[..6].CopyTo(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new EventId(new Guid(id, bigEndian: true));
    }

    /// <summary>A reference for one recipient alone: UUIDv8 (RFC 9562, section 5.8) without a time.</summary>
    public Guid ReferenceFor(PartnerId recipient, string subject)
    {
        Span<byte> id = stackalloc byte[16];
        Derive(recipient.Value, subject).CopyTo(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    private ReadOnlySpan<byte> Derive(string kind, string value) => SHA256.HashData(
        new CanonicalWriter().Uuid(Salt).Uuid(EventId.Value).Text(kind).Text(value).Written).AsSpan(0, 16);
}

/// <summary>Something that a caller wants to change. Decided by a pure rule on a small state of its own.</summary>
public abstract record Command(CommandContext Context)
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
    public abstract void Need(WorkingState rows, DateTime now);

    /// <summary>The same, as one that another gateway was given: see <see cref="CommandContext.WasHandedOver"/>.</summary>
    public Command AsHandedOver() => this with { Context = Context with { WasHandedOver = true } };

    internal abstract Decision Run(WorkingState rows, DateTime now);
}

/// <summary>A command and the state that its rule reads.</summary>
public abstract record Command<TState>(CommandContext Context) : Command(Context)
{
    /// <summary>Picks the state out of the rows. What a row's absence means is for Decide to say.</summary>
    public abstract TState Needs(WorkingState rows, DateTime now);

    /// <summary>The rule: an event, or a refusal. Pure.</summary>
    public abstract Decision Decide(TState state, DateTime now);

    public sealed override void Need(WorkingState rows, DateTime now) => Needs(rows, now);

    internal sealed override Decision Run(WorkingState rows, DateTime now) => Decide(Needs(rows, now), now);

    private protected EventHeader Header(DateTime now) => new(Context.EventId, now, Context.Caller, Context.RequestId);

    /// <summary>The header of a follow-up, numbered from 1.</summary>
    private protected EventHeader FollowUp(DateTime now, int nth) => Header(now) with { Id = Context.FollowUpId(nth) };
}

/// <summary>What a rule decided: an answering event and its follow-ups, or a refusal.</summary>
public sealed record Decision
{
    private Decision(Event? made, Refusal? refusal, IReadOnlyList<Row> beside) =>
        (Event, Refusal, ErasableRows) = (made, refusal, beside);

    /// <summary>The answering event.</summary>
    public Event? Event { get; }

    /// <summary>
    /// Events of their own in the same transaction, each about one member and one partner at most, so that everybody's log
    /// holds what concerns them and nothing else.
    /// </summary>
    public IReadOnlyList<Event> FollowUps { get; private init; } = [];

    public Refusal? Refusal { get; }

    /// <summary>
    /// Rows that the event does not carry because they must stay erasable or secret: numbers, profiles, codes.
    /// </summary>
    public IReadOnlyList<Row> ErasableRows { get; private init; }

    /// <summary>Rows of that sort that are to be deleted.</summary>
    public IReadOnlyList<Row> Erased { get; private init; } = [];

    public static implicit operator Decision(Event made) => Accept(made);

    public static implicit operator Decision(Refusal refusal) => new(null, refusal, []);

    public static Decision Accept(Event made, params IReadOnlyList<Row> beside) => new(made, null, beside);

    public Decision Erase(params IReadOnlyList<Row> rows) => this with { Erased = [.. Erased, .. rows] };

    /// <summary>Adds follow-ups, in the order in which they are applied.</summary>
    public Decision Then(params IReadOnlyList<Event> followUps) => this with { FollowUps = [.. FollowUps, .. followUps] };

    /// <summary>Adds rows that no event carries.</summary>
    public Decision With(params IReadOnlyList<Row> beside) => this with { ErasableRows = [.. ErasableRows, .. beside] };
}
