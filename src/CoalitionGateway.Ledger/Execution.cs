using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger;

/// <summary>Executes commands on the working state: idempotency first, then the rule, then its effect.</summary>
public static class Execution
{
    /// <summary>Asks for all rows that <see cref="Execute"/> needs. The caller repeats this until no row is missing.</summary>
    public static void Need(Command command, WorkingState rows, DateTime now)
    {
        if (Made(command, rows) is not null)
        {
            return;
        }

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

    /// <summary>Executes the command on the rows. Returns the answer; null, without effect, if a needed row is missing.</summary>
    public static Answer? Execute(Command command, byte[] fingerprint, WorkingState rows, DateTime now)
    {
        now = rows.Advance(now);
        if (Made(command, rows) is { } known)
        {
            return rows.Missing.Count > 0 ? null : Again(known, rows);
        }

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
            // An erasure empties the fingerprints of requests about the member. A repeated request is then refused.
            return prior.Fingerprint.AsSpan().SequenceEqual(fingerprint) ? Repeat(prior, rows) : new Answer(null, Reused(prior), false);
        }

        if (decision!.Event is { } answering)
        {
            Event[] all = [.. decision.Settled, answering, .. decision.FollowUps];
            CheckTransit(command, all);
            foreach (var made in all)
            {
                made.Apply(rows);
                rows.Post(made.Id, made.Postings);
                rows.Log(made);
            }

            foreach (var row in decision.ErasableRows)
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
            rows.Answer(new StoredAnswer(
                command.Context.Caller.ToString(), command.Context.RequestId, command.Method, fingerprint,
                decision.Event?.Id, decision.Refusal?.Encode(), now));
        }

        var told = decision.Event?.AnsweredFrom ?? [];
        return new Answer(decision.Event, decision.Refusal, false) { FollowUps = [.. decision.FollowUps.Where(made => told.Contains(made.Id))] };
    }

    /// <exception cref="InvalidOperationException">A rule is wrong: points would remain in transit after the command.</exception>
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

    private static StoredAnswer? Prior(Command command, WorkingState rows) => command.IsRetryable
        ? rows.FindTaken(new StoredAnswer.Of(command.Context.Caller.ToString(), command.Context.RequestId))
        : null;

    /// <summary>For a command without a stored answer: the event that another gateway may have written for it already.</summary>
    private static Event? Made(Command command, WorkingState rows) => command.IsRetryable || !command.Context.WasHandedOver
        ? null
        : Read(rows.FindTaken(new StoredEvent.Of(command.Context.EventId)), rows);

    private static Answer Repeat(StoredAnswer prior, WorkingState rows)
    {
        if (prior.EventId is not { } id)
        {
            return new Answer(null, Refusal.Decode(prior.Refusal!), true);
        }

        return Again(Find(id, rows)!, rows);
    }

    private static Answer Again(Event made, WorkingState rows) =>
        new(made, null, true) { FollowUps = [.. made.AnsweredFrom.Select(followUp => Find(followUp, rows)!)] };

    private static Event? Find(EventId id, WorkingState rows) => Read(rows.Find(new StoredEvent.Of(id)), rows);

    /// <summary>Reads a stored event, and asks for the follow-ups that its answer needs.</summary>
    private static Event? Read(StoredEvent? stored, WorkingState rows)
    {
        var made = stored is null ? null : EventCodec.Decode(stored.Body);
        foreach (var followUp in made?.AnsweredFrom ?? [])
        {
            rows.Find(new StoredEvent.Of(followUp));
        }

        return made;
    }

    private static Refusal Reused(StoredAnswer prior) =>
        new Refusal(
            RefusalReason.RequestIdReused,
            prior.Fingerprint.Length > 0
                ? $"Request id {prior.RequestId} was used before with another body; use a new one."
                : $"Request id {prior.RequestId} was used before, and its body is forgotten because a member was erased; use a new one.",
            "request_id")
            .With("request_id", prior.RequestId.ToString()).With("method", prior.Method);
}
