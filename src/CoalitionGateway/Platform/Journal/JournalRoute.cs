namespace CoalitionGateway.Platform.Journal;

/// <summary>Where this gateway's commands go: into the database, or to the gateway that leads.</summary>
internal sealed class JournalRoute
{
    private volatile ILeader? _leader;
    private volatile bool _isOwn = true;

    /// <summary>Whether this gateway leads. A gateway with a database of its own always leads.</summary>
    public bool IsOwn => _isOwn;

    /// <summary>The gateway that leads, while it accepts commands; null: this gateway writes for itself.</summary>
    public ILeader? Leader => _leader is { IsOpen: true } leader ? leader : null;

    public void Lead() => (_isOwn, _leader) = (true, null);

    /// <param name="leader">Null: another gateway leads, and cannot be reached.</param>
    public void Follow(ILeader? leader) => (_isOwn, _leader) = (false, leader);
}

/// <summary>The leader, as a gateway that hands over its commands sees it. Used by the journal's thread only.</summary>
internal interface ILeader
{
    /// <summary>Whether the leader still accepts and answers commands.</summary>
    bool IsOpen { get; }

    /// <summary>Completes when <see cref="IsOpen"/> becomes false.</summary>
    Task Ended { get; }

    /// <summary>How many handed-over commands have no answer yet.</summary>
    int Unanswered { get; }

    /// <summary>Hands over commands, in order. Each answer is delivered to its command when it arrives.</summary>
    void HandOver(IReadOnlyList<Waiting> commands);

    /// <summary>
    /// The commands without an answer, in order, after the connection has ended. Each of these may have taken effect.
    /// </summary>
    IReadOnlyList<Waiting> TakeBack();
}
