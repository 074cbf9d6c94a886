using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A step of a walk, with what the Ledger answered and showed after it.</summary>
/// <param name="Later">A time before the next command, at which the Ledger was read once more.</param>
internal sealed record WalkStep(Command Command, DateTime Now, string Answer, string Seen, DateTime Later, string SeenLater);

/// <summary>A walk that the Ledger went, command by command. Models go it again and must see the same.</summary>
internal sealed class RecordedWalk
{
    private readonly List<WalkStep> _steps = [];

    private RecordedWalk(int seed) => Seed = seed;

    public int Seed { get; }

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <summary>All rows and entries at the end, as text.</summary>
    public string End { get; private set; } = "";

    public static RecordedWalk Go(int seed, int steps)
    {
        var (walk, store) = (new RecordedWalk(seed), new MemoryStore());
        // The audit replays the stored events. This takes long, so it goes along on some walks only.
        var audit = seed % 3 == 0 ? new Properties.Audit(store) { Before = [.. WalkWorld.Changing, .. WalkWorld.Cards.Select(card => card.Committed())] } : null;
        var journal = new MemoryJournal(store, new RowMemory()) { Committed = audit is null ? null : audit.Check };
        journal.Commit(WalkWorld.Rows);
        var maker = new WalkMaker(seed, store);
        foreach (var command in maker.First())
        {
            walk.Step(journal, command, maker.Now, maker.Later);
        }

        for (var i = 0; i < steps; i++)
        {
            maker.Pass();
            walk.Step(journal, maker.Make(), maker.Now, maker.Later);
        }

        walk.End = Text(store);
        return walk;
    }

    /// <summary>
    /// The walk with as few steps as show a difference to the model: leaves out one step after another, as long as a
    /// difference is left.
    /// </summary>
    public RecordedWalk Reduced(ModelFault fault)
    {
        var least = this;
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            var shorter = Again([.. least.Steps.Take(i), .. least.Steps.Skip(i + 1)]);
            least = shorter.DifferenceTo(new NaiveModel(fault)) is null ? least : shorter;
        }

        return least;
    }

    /// <summary>Goes the same walk in batches, with or without a cache.</summary>
    public string EndInBatchesOf(int size, bool isCached)
    {
        var journal = new MemoryJournal(new MemoryStore(), isCached ? new RowMemory() : null);
        journal.Commit(WalkWorld.Rows);
        foreach (var batch in Steps.Select(step => (step.Command, step.Now)).Chunk(size))
        {
            journal.Run(batch);
        }

        return Text(journal.Store);
    }

    /// <summary>The first difference between what the Ledger showed and what a model shows; null if there is none.</summary>
    public string? DifferenceTo(NaiveModel model)
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            var difference = Compare("Answer", step.Answer, model.Run(step.Command, step.Now))
                ?? Compare("Then", step.Seen, model.Seen(step.Now))
                ?? Compare($"At {step.Later:O}", step.SeenLater, model.Seen(step.Later));
            if (difference is not null)
            {
                var before = string.Concat(_steps.Take(i + 1).Select(step => $"{step.Now:O} {Written.Of(step.Command)}\n"));
                return $"Walk {Seed}, step {i}:\n{before}{difference}";
            }
        }

        return null;
    }

    private static string? Compare(string what, string ledger, string model)
    {
        if (ledger == model)
        {
            return null;
        }

        var (shown, expected) = (ledger.Split('\n'), model.Split('\n'));
        return $"{what}\nLedger: {string.Join("\n        ", shown.Except(expected))}\nModel:  {string.Join("\n        ", expected.Except(shown))}";
    }

    private static string Text(MemoryStore store) =>
        string.Join('\n', [.. store.Rows.Select(Written.Of).Order(StringComparer.Ordinal), .. store.Entries.Select(Written.Of)]);

    /// <summary>A programme's accounts add up to zero. A lot's rows are there exactly as long as the lot has points.</summary>
    private static void CheckBooks(MemoryStore store)
    {
        var sums = new Dictionary<ProgrammeId, long>();
        var (accounts, lots, due) = (new HashSet<Guid>(), new HashSet<Guid>(), new HashSet<Guid>());
        foreach (var row in store.Rows)
        {
            if (row is Account account)
            {
                sums[account.ProgrammeId] = sums.GetValueOrDefault(account.ProgrammeId) + account.BalancePoints;
                _ = account.Kind.IsLot() && account.BalancePoints != 0 && accounts.Add(account.Id);
            }
            else if (row is Lot lot)
            {
                lots.Add(lot.AccountId);
            }
            else if (row is Due { Kind: Lot.DueKind } found)
            {
                due.Add(Guid.Parse(found.Subject));
            }
        }

        Assert.All(sums.Values, sum => Assert.Equal(0, sum));
        Assert.True(accounts.SetEquals(lots), "Lots without points, or points without a lot");
        Assert.True(accounts.SetEquals(due), "Lots that never fall due");
    }

    private RecordedWalk Again(IReadOnlyList<WalkStep> steps)
    {
        var (walk, journal) = (new RecordedWalk(Seed), new MemoryJournal(new MemoryStore()));
        journal.Commit(WalkWorld.Rows);
        foreach (var step in steps)
        {
            walk.Step(journal, step.Command, step.Now, () => step.Later);
        }

        return walk;
    }

    private void Step(MemoryJournal journal, Command command, DateTime now, Func<DateTime> chooseLater)
    {
        var answer = journal.Run([command], now)[0];
        CheckBooks(journal.Store);
        var pools = _steps.Select(step => step.Command).Append(command).Select(WalkWorld.ShareOf).OfType<(PoolId, MembershipId)>().Distinct();
        var (later, eye) = (chooseLater(), new WalkEye(journal.Store, [.. pools]));
        _steps.Add(new WalkStep(command, now, WalkAnswers.Of(command, answer), eye.See(now), later, eye.See(later)));
    }
}
