namespace CoalitionGateway.Ledger;

/// <summary>
/// The stored answer to a request. <paramref name="Fingerprint"/> is a keyed hash of the method and the command's
/// bytes, empty once a member was erased whom it is about: then the id is used up. The answer is the event it led to, or the
/// refusal. Kept for ever.
/// </summary>
public sealed record Request(
    string Caller, Guid RequestId, string Method, byte[] Fingerprint, EventId? EventId, byte[]? Refusal, DateTime Time) : Row
{
    public override Key Primary => new Of(Caller, RequestId);

    public override bool IsFinal => true;

    public sealed record Of(string Caller, Guid RequestId) : Key<Request>;
}

/// <summary>An event as it is stored: the bytes, and what finds it.</summary>
/// <param name="LogIndex">Its place in the audit log: from 0, in the order in which events were decided, without gaps.</param>
public sealed record StoredEvent(
    EventId Id, long LogIndex, EventKind Kind, DateTime Time, MemberId? MemberId, PartnerId? PartnerId, byte[] Body) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsFinal => true;

    public static StoredEvent Store(Event made, long logIndex) =>
        new(made.Id, logIndex, made.Kind, made.Time, made.Subject, made.Partner, made.Encode());

    public sealed record Of(EventId Id) : Key<StoredEvent>;
}

/// <summary>What a caller is told: the event that its command led to, or the refusal; and whether it was before.</summary>
public sealed record Answer(Event? Event, Refusal? Refusal, bool IsRepeated);

/// <summary>Executes commands on the working state: idempotency first, then the rule, then its effect.</summary>
public static class Execution
{
    /// <summary>Asks for all that <see cref="Execute"/> will need. Again, until nothing is missing.</summary>
    public static void Need(Command command, WorkingState rows)
    {
        var prior = Prior(command, rows);
        if (prior is { EventId: { } made })
        {
            rows.Find(new StoredEvent.Of(made));
        }
        else if (prior is null)
        {
            command.Need(rows);
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
            rows.Find(new StoredEvent.Of(stored));
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
            foreach (var made in new[] { answering }.Concat(decision.FollowUps))
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
            rows.Put(new Request(
                command.Issue.Caller.ToString(), command.Issue.RequestId, command.Method, fingerprint,
                decision.Event?.Id, decision.Refusal?.Encode(), now));
        }

        return new Answer(decision.Event, decision.Refusal, false);
    }

    private static Request? Prior(Command command, WorkingState rows) => command.IsRetryable
        ? rows.FindTaken(new Request.Of(command.Issue.Caller.ToString(), command.Issue.RequestId))
        : null;

    private static Answer Repeat(Request prior, WorkingState rows) => prior.EventId is { } made
        ? new Answer(EventCodec.Decode(rows.Find(new StoredEvent.Of(made))!.Body), null, true)
        : new Answer(null, Refusal.Decode(prior.Refusal!), true);

    private static Refusal Reused(Request prior) =>
        new Refusal(
            RefusalReason.RequestIdReused,
            prior.Fingerprint.Length > 0
                ? $"Request id {prior.RequestId} was used before with another body; use a new one."
                : $"Request id {prior.RequestId} was used before, and its body is forgotten because a member was erased; use a new one.",
            "request_id")
            .With("request_id", prior.RequestId.ToString()).With("method", prior.Method);
}
