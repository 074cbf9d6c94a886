using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>The decision of a rule, as one line for a table.</summary>
internal static class Outcome
{
    /// <summary>
    /// The event's name, or the refusal: its reason, the faulty field in brackets, "needed" for a precondition, then all
    /// metadata in order.
    /// </summary>
    public static string Of(Decision decision) => decision.Refusal is { } refusal ? Of(refusal) : decision.Event!.GetType().Name;

    public static string Of(Refusal refusal)
    {
        var text = refusal.Reason.ToString();
        if (refusal.Field is { } field)
        {
            text += $"({field})";
        }

        if (refusal.IsPrecondition)
        {
            text += " needed";
        }

        return refusal.Metadata.Aggregate(text, (before, pair) => $"{before} {pair.Name}={pair.Value}");
    }

    /// <summary>The event, which must be of this kind.</summary>
    public static TEvent Made<TEvent>(Decision decision)
        where TEvent : Event
    {
        Assert.Null(decision.Refusal);
        return Assert.IsType<TEvent>(decision.Event);
    }

    /// <summary>The event that answers a request, which must be of this kind.</summary>
    public static TEvent Made<TEvent>(Answer answer)
        where TEvent : Event
    {
        Assert.Null(answer.Refusal);
        return Assert.IsType<TEvent>(answer.Event);
    }

    /// <summary>The event's entries, one posting a line: "aurora-miles: issue/… -5, points/… 5".</summary>
    public static string Moves(Event made) => string.Join('\n', made.Postings.Select(posting =>
        $"{posting.ProgrammeId}: {string.Join(", ", posting.Lines.Select(line => $"{line.Account.Kind} {line.AmountPoints}"))}"));

    /// <summary>The event's effect on one account.</summary>
    public static long Change(Event made, AccountRef account) =>
        made.Postings.SelectMany(posting => posting.Lines).Where(line => line.Account == account).Sum(line => line.AmountPoints);
}
