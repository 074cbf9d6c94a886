using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Tests.Platform.Journal;

public sealed class JournalTests
{
    private static readonly Caller _boss = new(CallerKind.Operator, "boss");

    // The most important property of the design: commands in one batch behave exactly as if each had run alone.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Batches_OfAnySize_GiveTheSameAnswersAndTheSameRows(int seed)
    {
        var count = Soak.Soaks ? 20_000 : 600;
        await using var alone = new JournalBench(maxBatch: 1);
        var expected = await Run(alone, new Scenario(seed).Commands(count));
        Assert.Contains(expected, answer => answer.StartsWith("RequestIdReused", StringComparison.Ordinal));
        Assert.True(expected.Count(answer => answer.Length > 150) > count / 4, "Most commands were refused: the scenario shows little.");
        foreach (var size in new[] { 7, 200 })
        {
            await using var batched = new JournalBench(size, keysFrom: alone);
            Assert.Equal(expected, await Run(batched, new Scenario(seed).Commands(count)));
            Assert.Equal(alone.Dump(), batched.Dump());
        }

        var report = alone.Verify();
        Assert.Empty(report.Problems);
        Assert.True(report.Entries > count / 4);
    }

    [Fact]
    public async Task Submit_WhenTheQueueIsFull_IsRefusedAndNothingIsDone()
    {
        await using var idle = new JournalBench(capacity: 3);
        var accepted = Enumerable.Range(0, 3).Select(i => idle.Outcome(Register($"p-{i}"))).ToArray();
        await Assert.ThrowsAsync<JournalFullException>(() => idle.Outcome(Register("p-3")));
        await idle.Start();
        await Task.WhenAll(accepted);
        Assert.Equal(3, idle.Dump().Count(row => row.StartsWith("partner: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task StopAsync_FinishesAcceptedCommands_AndAcceptsNoNewOnes()
    {
        var bench = new JournalBench(maxBatch: 10);
        await bench.Start();
        var accepted = Enumerable.Range(0, 500).Select(i => bench.Outcome(Register($"p-{i}"))).ToArray();
        await bench.Journal.StopAsync(CancellationToken.None);
        await Task.WhenAll(accepted).WaitAsync(TestTime.Patience);
        Assert.Equal(500, bench.Dump().Count(row => row.StartsWith("partner: ", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.Outcome(Register("late")));
        await bench.DisposeAsync();
    }

    [Fact]
    public async Task Command_ThatCannotBeDecidedOrStored_HarmsNoOtherOfItsBatch()
    {
        await using var bench = new JournalBench();
        var (before, thrown, unstorable, after) = (
            bench.Outcome(Register("before")), bench.Outcome(new Faulty(NewContext(), IsStorable: true)), bench.Outcome(new Faulty(NewContext(), IsStorable: false)), bench.Outcome(Register("after")));
        await bench.Start();
        await Task.WhenAll(before, after);
        await Assert.ThrowsAsync<NotSupportedException>(() => thrown);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => unstorable);
        Assert.Equal(2, bench.Dump().Count(row => row.StartsWith("partner: ", StringComparison.Ordinal)));
        Assert.Equal(2, bench.Dump().Count(row => row.StartsWith("request: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Caller_LeftTheStream_StopsWaiting_AndLearnsTheOutcomeByRetry()
    {
        await using var bench = new JournalBench();
        var command = Register("patient");
        using var impatient = new CancellationTokenSource();
        var waiting = await bench.Journal.Enqueue<Event>(command, CancellationToken.None, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await bench.Start();
        var retried = await bench.Journal.Submit<PartnerRegistered>(command with { Context = command.Context with { EventId = new EventId(Guid.NewGuid()) } });
        Assert.Equal(command.Context.EventId, retried.Id);
    }

    private static async Task<string[]> Run(JournalBench bench, IReadOnlyList<Command> commands)
    {
        // All commands wait before the journal starts. So its batches are as large as allowed.
        var waiting = new List<Task<string>>();
        foreach (var chunk in commands.Chunk(5_000))
        {
            var started = waiting.Count > 0;
            waiting.AddRange(chunk.Select(bench.Outcome));
            if (!started)
            {
                await bench.Start();
            }

            await Task.WhenAll(waiting);
        }

        return await Task.WhenAll(waiting);
    }

    private static CommandContext NewContext() => new(_boss, Guid.NewGuid(), new EventId(Guid.NewGuid()));

    private static RegisterPartner Register(string id) => new(NewContext(), new PartnerId(id), id, [], [], new byte[32]);

    /// <summary>A command whose rule throws, or whose rows the database refuses.</summary>
    private sealed record Faulty(CommandContext Context, bool IsStorable) : Command<int>(Context)
    {
        public override string Method => nameof(Faulty);

        public override void Encode(CanonicalWriter writer) => writer.Byte(1);

        public override int Needs(WorkingState rows, DateTime now) => 0;

        public override Decision Decide(int state, DateTime now) => IsStorable
            ? throw new NotSupportedException("This rule is broken.")
            : Decision.Accept(
                new ProgrammeChosen(new EventHeader(Context.EventId, now, Context.Caller, Context.RequestId), new MemberId(Guid.NewGuid()), new PartnerId("x"), new ProgrammeId("no-such")),
                new MembershipNumber(new ProgrammeId("no-such"), "1", new MembershipId(Guid.NewGuid()), []));
    }
}
