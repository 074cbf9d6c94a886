namespace CoalitionGateway.Ledger;

/// <summary>How a change is governed.</summary>
/// <param name="Basis">
/// What the change replaces, such as a version. If it is another at the approval, somebody changed it meanwhile.
/// </param>
/// <param name="MayBeAlone">Whether one person may make the change, because it only restricts, or is small.</param>
public sealed record Governance(string Basis, bool MayBeAlone = false)
{
    /// <summary>Whether one may make the change alone because it is small. A tool may not: whoever holds several would have their limits too.</summary>
    public bool IsSmall { get; init; }

    /// <summary>The membership that the request names by its number. The request goes with it. Null: none.</summary>
    public MembershipId? About { get; init; }

    /// <summary>The person whom the change is about. Two others decide it. Null: it is about none.</summary>
    public PersonId? Concerns { get; init; }

    /// <summary>Whether only a person may propose or make the change, and no tool.</summary>
    public bool NeedsPerson { get; init; }
}

/// <summary>A change that one person proposes and another one approves, unless one may make it alone.</summary>
public abstract record GovernedCommand<TState>(CommandContext Context) : Command<TState>(Context)
{
    /// <summary>How the change is governed. Pure, like <see cref="Command{TState}.Decide"/>.</summary>
    public abstract Governance GovernanceOf(TState state, DateTime now);

    internal sealed override Governance? Govern(WorkingState rows, DateTime now) =>
        Needs(rows, now) is var state && rows.Missing.Count > 0 ? null : GovernanceOf(state, now);
}
