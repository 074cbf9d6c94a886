using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>The context of a command: the caller, its request id, and the id of the answering event.</summary>
public sealed record CommandContext(Caller Caller, Guid RequestId, EventId EventId)
{
    /// <summary>
    /// A random value that is never stored. The ids of follow-ups and the recipients' references are derived from it.
    /// None of them can be computed from another, and two recipients cannot match their references.
    /// </summary>
    public Guid Salt { get; init; }

    /// <summary>
    /// Whether the command was handed to another gateway, which has not reported the outcome. The answering event may
    /// then exist already, under <see cref="EventId"/>.
    /// </summary>
    public bool WasHandedOver { get; init; }

    /// <summary>The id of a follow-up: UUIDv7 with the time of the answering event's id and derived random bits.</summary>
    public EventId FollowUpId(int nth) => FollowUpId($"{nth}");

    private EventId FollowUpId(string subject)
    {
        Span<byte> id = stackalloc byte[16];
        Derive("follow-up", subject).CopyTo(id);
        Span<byte> answering = stackalloc byte[16];
        EventId.Value.TryWriteBytes(answering, bigEndian: true, out _);
        answering[..6].CopyTo(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new EventId(new Guid(id, bigEndian: true));
    }

    /// <summary>
    /// The header of an event that settles what fell due before the command. It has a request id of its own, as if the
    /// gateway had settled it by a command of its own just before.
    /// </summary>
    public EventHeader Settling(string subject, DateTime now)
    {
        var id = FollowUpId($"settling {subject}");
        return new EventHeader(id, now, Caller.Gateway, id.Value);
    }

    /// <summary>A reference for one recipient only: UUIDv8 (RFC 9562, section 5.8) without a time.</summary>
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

/// <summary>A change that a caller asks for. A pure rule decides it on its own small state.</summary>
public abstract record Command(CommandContext Context)
{
    /// <summary>The method's name in the contract.</summary>
    public abstract string Method { get; }

    /// <summary>
    /// Whether the answer is stored under the request id, so that a retry gets the same answer. False for commands that
    /// the gateway makes itself.
    /// </summary>
    public virtual bool IsRetryable => true;

    /// <summary>
    /// Writes the caller's request in a fixed order, after a version byte. Two requests are equal if these bytes are
    /// equal. Ids that the gateway proposes are not included.
    /// </summary>
    public abstract void Encode(CanonicalWriter writer);

    /// <summary>Asks for the rows that the command needs, and records the missing ones.</summary>
    public abstract void Need(WorkingState rows, DateTime now);

    /// <summary>A copy marked as handed to another gateway: see <see cref="CommandContext.WasHandedOver"/>.</summary>
    public Command AsHandedOver() => this with { Context = Context with { WasHandedOver = true } };

    /// <summary>Decides the command; null, undecided, if a needed row is missing.</summary>
    internal abstract Decision? Run(WorkingState rows, DateTime now);

    /// <summary>How the command is governed; null: it is not, or a needed row is missing.</summary>
    internal virtual Governance? Govern(WorkingState rows, DateTime now) => null;
}

/// <summary>A command with the state that its rule reads.</summary>
public abstract record Command<TState>(CommandContext Context) : Command(Context)
{
    /// <summary>
    /// Reads the state from the rows. A row that is not loaded yet looks missing. It is added to
    /// <see cref="RowOverlay.Missing"/>, loaded, and the state is read again.
    /// </summary>
    public abstract TState Needs(WorkingState rows, DateTime now);

    /// <summary>The rule. Returns an event or a refusal. Pure. All rows of the state are loaded.</summary>
    public abstract Decision Decide(TState state, DateTime now);

    public sealed override void Need(WorkingState rows, DateTime now) => Needs(rows, now);

    internal sealed override Decision? Run(WorkingState rows, DateTime now) => Needs(rows, now) is var state && rows.Missing.Count > 0 ? null : Decide(state, now);

    private protected EventHeader Header(DateTime now) => new(Context.EventId, now, Context.Caller, Context.RequestId);

    /// <summary>The header of a follow-up, numbered from 1.</summary>
    private protected EventHeader FollowUp(DateTime now, int nth) => Header(now) with { Id = Context.FollowUpId(nth) };
}

/// <summary>A rule's decision: an answering event with its follow-ups, or a refusal.</summary>
public sealed record Decision
{
    private Decision(Event? made, Refusal? refusal, IReadOnlyList<Row> beside) =>
        (Event, Refusal, ErasableRows) = (made, refusal, beside);

    /// <summary>The answering event.</summary>
    public Event? Event { get; }

    /// <summary>
    /// Further events of the same transaction. Each concerns at most one member and one partner, so that the log that a
    /// member or partner sees holds only what concerns them.
    /// </summary>
    public IReadOnlyList<Event> FollowUps { get; private init; } = [];

    /// <summary>
    /// Events that settle what fell due before the command. They are applied before the answering event, as if a sweep had
    /// settled it just in time.
    /// </summary>
    public IReadOnlyList<Event> Settled { get; private init; } = [];

    public Refusal? Refusal { get; }

    /// <summary>
    /// Rows with numbers, profiles and codes. They are stored outside the event because they must stay erasable or secret.
    /// </summary>
    public IReadOnlyList<Row> ErasableRows { get; private init; }

    /// <summary>Erasable rows to delete.</summary>
    public IReadOnlyList<Row> Erased { get; private init; } = [];

    public static implicit operator Decision(Event made) => Accept(made);

    public static implicit operator Decision(Refusal refusal) => new(null, refusal, []);

    public static Decision Accept(Event made, params IReadOnlyList<Row> beside) => new(made, null, beside);

    public Decision Erase(params IReadOnlyList<Row> rows) => this with { Erased = [.. Erased, .. rows] };

    /// <summary>Adds follow-ups, in the order in which they are applied.</summary>
    public Decision Then(params IReadOnlyList<Event> followUps) => this with { FollowUps = [.. FollowUps, .. followUps] };

    /// <summary>Adds events that settle what fell due before the command; null for nothing due.</summary>
    public Decision After(params IEnumerable<Event?> settled) => this with { Settled = [.. Settled, .. settled.OfType<Event>()] };

    /// <summary>Adds rows that no event carries.</summary>
    public Decision With(params IReadOnlyList<Row> beside) => this with { ErasableRows = [.. ErasableRows, .. beside] };
}
