using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>
/// What the gateway's journal does, without its queue and its database: gathers what a batch needs, loads it,
/// executes in order, commits. Of <paramref name="memory"/> null each batch begins knowing nothing.
/// </summary>
internal sealed class MemoryJournal(MemoryStore store, RowMemory? memory = null)
{
    public MemoryStore Store { get; } = store;

    /// <summary>Sees each batch after it was written and before the working state lets go of it.</summary>
    public Action<WorkingState, IReadOnlyList<Answer>>? Committed { get; init; }

    public static byte[] Fingerprint(Command command)
    {
        var writer = new CanonicalWriter().Text(command.Method);
        command.Encode(writer);
        return SHA256.HashData(writer.ToArray());
    }

    /// <summary>Writes rows as if a batch had made them.</summary>
    public void Commit(params Row[] rows)
    {
        var state = new WorkingState(new RowMemory { LogSize = Store.LogSize });
        Array.ForEach(rows, state.Put);
        Store.Write(state);
    }

    public IReadOnlyList<Answer> Run(IReadOnlyList<Command> batch, DateTime now) => Run([.. batch.Select(command => (command, now))]);

    public IReadOnlyList<Answer> Run(IReadOnlyList<(Command Command, DateTime Now)> batch)
    {
        if (memory is null)
        {
            Store.Forget();
        }

        var rows = new WorkingState(memory ?? new RowMemory { LogSize = Store.LogSize });
        Load(rows, () =>
        {
            foreach (var (command, now) in batch)
            {
                Execution.Need(command, rows, now);
            }
        });

        var answers = new List<Answer>();
        foreach (var (command, now) in batch)
        {
            // What a command needs may have become another thing through those before it.
            Answer? answer;
            while ((answer = Execution.Execute(command, Fingerprint(command), rows, now)) is null)
            {
                Load(rows, () => Execution.Need(command, rows, now));
            }

            answers.Add(answer);
            Assert.True(rows.Missing.Count == 0, $"{command.Method} went on without {string.Join(", ", rows.Missing)}");
        }

        Store.Write(rows);
        Committed?.Invoke(rows, answers);
        rows.Commit();
        return answers;
    }

    private void Load(WorkingState rows, Action ask)
    {
        // What is needed depends on what is stored, but only a few steps deep.
        var rounds = 0;
        for (ask(); rows.Missing.Count > 0; ask())
        {
            Assert.True(rounds++ < 20, $"The batch never has all that it needs: {rows.Missing.Count} rows are missing still");
            Store.Load(rows);
        }
    }
}
