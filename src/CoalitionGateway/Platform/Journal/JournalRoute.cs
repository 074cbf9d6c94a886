namespace CoalitionGateway.Platform.Journal;

/// <summary>Where this gateway's commands go: into the database, or to the gateway that leads.</summary>
internal sealed class JournalRoute
{
    private volatile ILeader? _leader;
    private volatile bool _isOwn = true;

    /// <summary>Whether this gateway leads. A gateway that has its database for itself always does.</summary>
    public bool IsOwn => _isOwn;

    /// <summary>The gateway that leads, while it takes what is handed over; null: this one writes for itself.</summary>
    public ILeader? Leader => _leader is { IsOpen: true } leader ? leader : null;

    public void Lead() => (_isOwn, _leader) = (true, null);

    /// <param name="leader">Null: another gateway leads, and cannot be reached.</param>
    public void Follow(ILeader? leader) => (_isOwn, _leader) = (false, leader);
}

/// <summary>A gateway that takes what others hand over. For the journal's thread alone.</summary>
internal interface ILeader
{
    /// <summary>Whether it still takes something, and answers.</summary>
    bool IsOpen { get; }

    /// <summary>Ends when it does not.</summary>
    Task Ended { get; }

    /// <summary>How many commands it has not answered.</summary>
    int Unanswered { get; }

    /// <summary>Hands over commands, in order. Each is told when its answer comes.</summary>
    void HandOver(IReadOnlyList<Waiting> commands);

    /// <summary>What it has not answered, in order, after it ended. It may have taken effect.</summary>
    IReadOnlyList<Waiting> TakeBack();
}
