using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Journal;

/// <summary>Commands that are decided in order on one working state, and written together.</summary>
internal sealed class Batch(WorkingState rows, List<Waiting> commands)
{
    private readonly List<Answer> _answers = [];

    public List<Waiting> Commands => commands;

    public WorkingState Rows => rows;

    /// <summary>Whether deciding failed half-way: then nothing rests on its rows.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>
    /// Decides those that are not decided yet. Where one needs rows that are not here, those that the others will need
    /// are loaded with them; without <paramref name="load"/>, it and all after it stay undecided.
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

    /// <summary>Tells those who wait, now that it is written.</summary>
    public void Tell()
    {
        for (var i = 0; i < commands.Count; i++)
        {
            commands[i].Tell(_answers[i]);
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
