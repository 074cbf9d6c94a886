using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Journal;

/// <summary>Commands that are decided in order on one working state, and written together.</summary>
internal sealed class Batch(WorkingState rows, List<Waiting> commands)
{
    private readonly List<Answer> _answers = [];

    public List<Waiting> Commands => commands;

    public WorkingState Rows => rows;

    /// <summary>
    /// Whether a decision failed half-way. The batch's rows are then dropped, and its commands are decided again.
    /// </summary>
    public bool IsSpoilt { get; set; }

    /// <summary>
    /// Decides the commands that are not decided yet. If a command needs rows that are not loaded, the rows for all
    /// remaining commands are loaded at once. Without <paramref name="load"/>, deciding stops at that command.
    /// </summary>
    public void Decide(DateTime now, Action? load)
    {
        while (_answers.Count < commands.Count)
        {
            var next = commands[_answers.Count];
            if (rows.Missing.Count == 0 && Execution.Execute(next.Command, next.Fingerprint, rows, now) is { } answer)
            {
                _answers.Add(answer);
            }
            else if (load is null)
            {
                return;
            }
            else
            {
                rows.LoadAll(() => NeedRest(now), load);
            }
        }
    }

    /// <summary>Delivers the answers to the callers, after the batch is written.</summary>
    public void Tell()
    {
        // Answers to other gateways take longest. They go first, in one write.
        TellAll(wereHandedOver: true);
        foreach (var waiting in commands)
        {
            waiting.Flush();
        }

        TellAll(wereHandedOver: false);
    }

    private void TellAll(bool wereHandedOver)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            if (commands[i].Command.Context.WasHandedOver == wereHandedOver)
            {
                commands[i].Tell(_answers[i]);
            }
        }
    }

    private void NeedRest(DateTime now)
    {
        for (var i = _answers.Count; i < commands.Count; i++)
        {
            Execution.Need(commands[i].Command, rows, now);
        }
    }
}
