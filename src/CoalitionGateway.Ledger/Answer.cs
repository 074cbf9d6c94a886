namespace CoalitionGateway.Ledger;

/// <summary>What a caller is told: the event that its command led to, or the refusal; and whether it was before.</summary>
public sealed record Answer(Event? Event, Refusal? Refusal, bool IsRepeated)
{
    /// <summary>The follow-ups that the answer is made from: see <see cref="Ledger.Event.AnsweredFrom"/>.</summary>
    public IReadOnlyList<Event> FollowUps { get; init; } = [];
}
