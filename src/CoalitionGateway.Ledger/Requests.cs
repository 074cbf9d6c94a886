using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger;

/// <summary>
/// The stored answer to a request. <paramref name="Fingerprint"/> is a keyed hash of the method and the command's
/// bytes, empty once a member was erased whom it is about: then the id is used up. The answer is the event it led to, or the
/// refusal. Kept for ever.
/// </summary>
/// <param name="Mac">Proves that a gateway refused it: see <see cref="Sealed"/>. Null beside an event, which has its own.</param>
public sealed record Request(
    string Caller, Guid RequestId, string Method, byte[] Fingerprint, EventId? EventId, byte[]? Refusal, DateTime Time,
    byte[]? Mac = null, int? MacKeyId = null) : Row
{
    /// <summary>Stands where the place in the log of an event would: a refusal has none.</summary>
    public const long NoPlace = -1;

    public override Key Primary => new Of(Caller, RequestId);

    public override bool IsFinal => true;

    /// <summary>The row with the MAC of its refusal. An event has one of its own.</summary>
    public Request SealedBy(Func<long, byte[], Mac> seal) =>
        Refusal is not null && seal(NoPlace, Sealed()) is var mac ? this with { Mac = mac.Value, MacKeyId = mac.KeyId } : this;

    /// <summary>The row of the request that an event answers, without the fingerprint, which no event has; null: it answers none.</summary>
    public static Request? AnsweredBy(Event made) => made.Answers is { } method
        ? new Request(made.Header.Actor.ToString(), made.Header.RequestId, method, [], made.Id, null, made.Time)
        : null;

    /// <summary>What the MAC of a refused request is over.</summary>
    public byte[] Sealed() => new Encoding.CanonicalWriter()
        .Text(Caller).Uuid(RequestId).Text(Method).Bytes(Refusal ?? []).Time(Time).ToArray();

    public sealed record Of(string Caller, Guid RequestId) : Key<Request>;
}

/// <summary>
/// Proves to those who have the gateways' keys that a gateway decided what it is over, at that place in the log. Not a part
/// of the log: others cannot check it.
/// </summary>
/// <param name="KeyId">The key that made it.</param>
/// <param name="Value">The first 16 bytes of an HMAC-SHA256; none where nothing was sealed.</param>
public readonly record struct Mac(int KeyId, byte[] Value)
{
    public static readonly Mac None = new(0, []);
}

/// <summary>An event as it is stored: the bytes, and what finds it.</summary>
/// <param name="LogIndex">Its place in the audit log: from 0, in the order in which events were decided, without gaps.</param>
/// <param name="Mac">Proves that a gateway decided it: see <see cref="Ledger.Mac"/>.</param>
public sealed record StoredEvent(
    EventId Id, long LogIndex, EventKind Kind, DateTime Time, MemberId? MemberId, PartnerId? PartnerId, byte[] Body, byte[] Mac,
    int MacKeyId) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsFinal => true;

    public static StoredEvent Store(Event made, long logIndex, Func<long, byte[], Mac> seal)
    {
        var body = made.Encode();
        var mac = seal(logIndex, body);
        return new(made.Id, logIndex, made.Kind, made.Time, made.Subject, made.Partner, body, mac.Value, mac.KeyId);
    }

    public sealed record Of(EventId Id) : Key<StoredEvent>;
}

/// <summary>What a caller is told: the event that its command led to, or the refusal; and whether it was before.</summary>
public sealed record Answer(Event? Event, Refusal? Refusal, bool IsRepeated)
{
    /// <summary>The follow-ups that the answer is made from: see <see cref="Ledger.Event.AnsweredFrom"/>.</summary>
    public IReadOnlyList<Event> FollowUps { get; init; } = [];
}

/// <summary>Executes commands on the working state: idempotency first, then the rule, then its effect.</summary>
public static class Execution
{
    /// <summary>Asks for all that <see cref="Execute"/> will need. Again, until nothing is missing.</summary>
    public static void Need(Command command, WorkingState rows, DateTime now)
    {
        var prior = Prior(command, rows);
        if (prior is { EventId: { } made })
        {
            Find(made, rows);
        }
        else if (prior is null)
        {
            command.Need(rows, now);
        }
    }

    /// <summary>The answer, and its effect on the rows; null, without effect, where rows are missing that it needs.</summary>
    public static Answer? Execute(Command command, byte[] fingerprint, WorkingState rows, DateTime now)
    {
        now = rows.Advance(now);
        var prior = Prior(command, rows);
        var decision = prior is null && rows.Missing.Count == 0 ? command.Run(rows, now) : null;
        if (prior is { EventId: { } stored })
        {
            Find(stored, rows);
        }

        if (rows.Missing.Count > 0)
        {
            return null;
        }

        if (prior is not null)
        {
            // The body of a request about an erased member is forgotten. Nothing tells whether this is the same one: no success.
            return prior.Fingerprint.AsSpan().SequenceEqual(fingerprint) ? Repeat(prior, rows) : new Answer(null, Reused(prior), false);
        }

        if (decision!.Event is { } answering)
        {
            Event[] all = [answering, .. decision.FollowUps];
            CheckTransit(command, all);
            foreach (var made in all)
            {
                made.Apply(rows);
                rows.Post(made.Id, made.Postings);
                rows.Log(made);
            }

            foreach (var row in decision.Beside)
            {
                rows.Put(row);
            }

            foreach (var row in decision.Erased)
            {
                rows.Remove(row);
            }
        }

        if (rows.Missing.Count > 0)
        {
            throw new InvalidOperationException($"{command.Method} rests on what it did not ask for: {string.Join(", ", rows.Missing)}.");
        }

        if (command.IsRetryable)
        {
            rows.Answer(new Request(
                command.Issue.Caller.ToString(), command.Issue.RequestId, command.Method, fingerprint,
                decision.Event?.Id, decision.Refusal?.Encode(), now));
        }

        var told = decision.Event?.AnsweredFrom ?? [];
        return new Answer(decision.Event, decision.Refusal, false) { FollowUps = [.. decision.FollowUps.Where(made => told.Contains(made.Id))] };
    }

    /// <exception cref="InvalidOperationException">Points would be on their way after the command: a rule is wrong.</exception>
    private static void CheckTransit(Command command, Event[] all)
    {
        var left = 0L;
        foreach (var made in all)
        {
            foreach (var posting in made.Postings)
            {
                foreach (var line in posting.Lines)
                {
                    left += line.Account.Kind == AccountKind.Transit ? line.AmountPoints : 0;
                }
            }
        }

        if (left != 0)
        {
            throw new InvalidOperationException($"{command.Method} leaves {left} points on their way.");
        }
    }

    private static Request? Prior(Command command, WorkingState rows) => command.IsRetryable
        ? rows.FindTaken(new Request.Of(command.Issue.Caller.ToString(), command.Issue.RequestId))
        : null;

    private static Answer Repeat(Request prior, WorkingState rows)
    {
        if (prior.EventId is not { } id)
        {
            return new Answer(null, Refusal.Decode(prior.Refusal!), true);
        }

        var made = Find(id, rows)!;
        return new Answer(made, null, true) { FollowUps = [.. made.AnsweredFrom.Select(followUp => Find(followUp, rows)!)] };
    }

    /// <summary>A stored event, with those of its follow-ups asked for that its answer is made from.</summary>
    private static Event? Find(EventId id, WorkingState rows)
    {
        var made = rows.Find(new StoredEvent.Of(id)) is { } stored ? EventCodec.Decode(stored.Body) : null;
        foreach (var followUp in made?.AnsweredFrom ?? [])
        {
            rows.Find(new StoredEvent.Of(followUp));
        }

        return made;
    }

    private static Refusal Reused(Request prior) =>
        new Refusal(
            RefusalReason.RequestIdReused,
            prior.Fingerprint.Length > 0
                ? $"Request id {prior.RequestId} was used before with another body; use a new one."
                : $"Request id {prior.RequestId} was used before, and its body is forgotten because a member was erased; use a new one.",
            "request_id")
            .With("request_id", prior.RequestId.ToString()).With("method", prior.Method);
}
