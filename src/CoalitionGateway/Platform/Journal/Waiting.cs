using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Journal;

/// <summary>A command that waits for its durable answer.</summary>
internal abstract record Waiting(Command Command, byte[] Fingerprint)
{
    /// <summary>
    /// Whether a caller still waits for the answer. False if the gateway that handed over the command has disconnected.
    /// </summary>
    public virtual bool IsWanted => true;

    /// <summary>Drops the command undecided, because nobody waits for the answer.</summary>
    public virtual void Drop()
    {
    }

    /// <summary>The same wait for a command that may have taken effect already. Deciding it again has one effect.</summary>
    public Waiting TakenBack() => this with { Command = Command.AsHandedOver() };

    /// <summary>Delivers the answer, which is durable now.</summary>
    public abstract void Tell(Answer answer);

    /// <summary>Sends the buffered answers, if they go to another gateway.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>Reports a failure of the journal. The command may or may not have taken effect.</summary>
    public abstract void Fail(Exception failed);
}

/// <summary>A command that a sweep of this gateway waits for, together with others.</summary>
internal sealed record WaitingInGroup(Command Command, WaitingGroup Group) : Waiting(Command, [])
{
    public override void Tell(Answer answer) => Group.Count(answer.Refusal is null, null);

    public override void Fail(Exception failed) => Group.Count(false, failed);
}

/// <summary>Commands that are waited for together: one wait costs far less than one for each.</summary>
internal sealed class WaitingGroup
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;
    private int _accepted;
    private Exception? _failed;

    public WaitingGroup(int commands)
    {
        _left = commands;
        if (commands == 0)
        {
            _ended.SetResult(0);
        }
    }

    /// <summary>How many commands took effect. Fails if a command failed, once all have ended.</summary>
    public Task<int> Ended => _ended.Task;

    public void Count(bool isAccepted, Exception? failed)
    {
        if (isAccepted)
        {
            Interlocked.Increment(ref _accepted);
        }

        _failed = failed ?? _failed;
        if (Interlocked.Decrement(ref _left) > 0)
        {
            return;
        }

        if (_failed is null)
        {
            _ended.SetResult(_accepted);
        }
        else
        {
            _ended.SetException(_failed);
        }
    }
}

/// <summary>A command that a call of this gateway waits for.</summary>
internal sealed record WaitingCall(Command Command, byte[] Fingerprint) : Waiting(Command, Fingerprint)
{
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Answer> Answer => _answer.Task;

    public override void Tell(Answer answer) => _answer.TrySetResult(answer);

    public override void Fail(Exception failed) => _answer.TrySetException(failed);

    /// <summary>Cancels the wait, because the journal did not take the command.</summary>
    public void Cancel() => _answer.TrySetCanceled();
}
