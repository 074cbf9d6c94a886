using System.Threading.Channels;

namespace CoalitionGateway.Platform.Journal;

/// <summary>The commands that wait to be decided: those that a leader did not answer, then the queue's.</summary>
internal sealed class Backlog(ChannelReader<Waiting> queue, int maxBatch)
{
    private readonly Queue<Waiting> _takenBack = [];
    private Task<bool>? _more;
    private long _taken;

    /// <summary>How many commands were taken from the queue.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public bool HasTakenBack => _takenBack.Count > 0;

    /// <summary>Waits for the next command; false if none is left and the queue is completed.</summary>
    public bool IsMore() => HasTakenBack || More().GetAwaiter().GetResult();

    /// <summary>Ends when the queue has a command, or with false when it is completed and empty.</summary>
    public Task<bool> More() => _more ??= queue.WaitToReadAsync().AsTask();

    /// <summary>Adds waiting commands to a batch, up to its largest size.</summary>
    public void Take(List<Waiting> commands)
    {
        if (_more is { IsCompleted: true })
        {
            _more = null;
        }

        while (commands.Count < maxBatch && _takenBack.TryDequeue(out var unanswered))
        {
            commands.Add(unanswered);
        }

        while (commands.Count < maxBatch && queue.TryRead(out var waiting))
        {
            Volatile.Write(ref _taken, _taken + 1);
            if (waiting.IsWanted)
            {
                commands.Add(waiting);
            }
            else
            {
                waiting.Drop();
            }
        }
    }

    /// <summary>Puts commands before those of the queue.</summary>
    public void TakeBack(IEnumerable<Waiting> unanswered)
    {
        foreach (var waiting in unanswered)
        {
            _takenBack.Enqueue(waiting);
        }
    }
}
