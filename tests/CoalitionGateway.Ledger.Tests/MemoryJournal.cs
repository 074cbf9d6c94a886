using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>
/// Does the work of the gateway's journal without a queue and a database: collects the rows that a batch needs, loads them,
/// executes in order and commits. If <paramref name="memory"/> is null, each batch starts with an empty cache.
/// </summary>
internal sealed class MemoryJournal(MemoryStore store, RowMemory? memory = null)
{
    public MemoryStore Store { get; } = store;

    /// <summary>Called after a batch is written, before its working state is released.</summary>
    public Action<WorkingState, IReadOnlyList<Answer>>? Committed { get; init; }

    public static byte[] Fingerprint(Command command)
    {
        var writer = new CanonicalWriter().Text(command.Method);
        command.Encode(writer);
        return SHA256.HashData(writer.ToArray());
    }

    /// <summary>Writes rows as if a batch had written them.</summary>
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
            // Earlier commands of the batch may have changed what this command needs.
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

    /// <summary>What a membership holds at a time.</summary>
    public Holdings HoldingsAt(ProgrammeId programme, MembershipId membership, DateTime time)
    {
        var rows = new WorkingState();
        Load(rows, () => Holdings.Find(rows, programme, membership, time));
        return Holdings.Find(rows, programme, membership, time);
    }

    private void Load(WorkingState rows, Action ask)
    {
        // The rows needed depend on the stored rows, but only a few steps deep.
        var rounds = 0;
        for (ask(); rows.Missing.Count > 0; ask())
        {
            Assert.True(rounds++ < 20, $"The batch never has all that it needs: {rows.Missing.Count} rows are missing still");
            Store.Load(rows);
        }
    }
}
