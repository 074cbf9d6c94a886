using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Journal;

/// <summary>A command that waits for its durable answer.</summary>
internal abstract record Waiting(Command Command, byte[] Fingerprint)
{
    /// <summary>Whether somebody still waits here: what is handed over and taken back is another gateway's.</summary>
    public virtual bool IsWanted => true;

    /// <summary>Lets it go undecided, since nobody waits.</summary>
    public virtual void Drop()
    {
    }

    /// <summary>Tells the answer, now that it is durable.</summary>
    public abstract void Tell(Answer answer);

    /// <summary>Tells that the journal failed: the command may have taken effect or not.</summary>
    public abstract void Fail(Exception failed);
}

/// <summary>A command that a call of this gateway waits for.</summary>
internal sealed record WaitingCall(Command Command, byte[] Fingerprint) : Waiting(Command, Fingerprint)
{
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Answer> Answer => _answer.Task;

    public override void Tell(Answer answer) => _answer.TrySetResult(answer);

    public override void Fail(Exception failed) => _answer.TrySetException(failed);

    /// <summary>It was not taken.</summary>
    public void Cancel() => _answer.TrySetCanceled();
}
