using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests;

public sealed class RowMemoryTests
{
    [Fact]
    public void TryGet_KeyKnownToHaveNoRow_IsRemembered()
    {
        var memory = new RowMemory();
        memory.Put(Key(1), null);

        Assert.True(memory.TryGet(Key(1), out var row));
        Assert.Null(row);
        Assert.False(memory.TryGet(Key(2), out _));
    }

    // A key is forgotten if it was not used while `capacity` newer keys came in. No key is forgotten earlier.
    [Theory]
    [InlineData(9, true)]
    [InlineData(30, false)]
    public void TryGet_AsManyNewerKeysAsTheCapacity_IsForgotten(int newer, bool remembered)
    {
        var memory = new RowMemory(capacity: 10);
        memory.Put(Key(0), null);

        Fill(memory, newer);

        Assert.Equal(remembered, memory.TryGet(Key(0), out _));
    }

    [Fact]
    public void TryGet_KeyInRegularUse_IsNeverForgotten()
    {
        var memory = new RowMemory(capacity: 10);
        memory.Put(Key(0), null);
        for (var i = 1; i < 200; i++)
        {
            memory.Begin().Put(Key(i), null);
            Assert.True(i % 8 != 0 || memory.TryGet(Key(0), out _), $"forgotten after {i}");
        }
    }

    [Fact]
    public void Put_NewerRow_IsNotHiddenByAnOlderOne()
    {
        var memory = new RowMemory(capacity: 4);
        for (var i = 0; i < 50; i++)
        {
            var row = new Pool(new PoolId(Given.Uuid(0)), Given.Miles, Given.Now.AddSeconds(i));
            memory.Put(Key(0), row);
            Fill(memory, i % 4);
            Assert.True(memory.TryGet(Key(0), out var found));
            Assert.Equal(row, found);
        }
    }

    [Fact]
    public void Put_WithoutEnd_KeepsAtMostTwiceTheCapacity()
    {
        var memory = new RowMemory(capacity: 10);
        Fill(memory, 1000);

        Assert.InRange(Enumerable.Range(1, 1000).Count(i => memory.TryGet(Key(i), out _)), 10, 20);
    }

    [Fact]
    public void Clear_Always_ForgetsAll()
    {
        var memory = new RowMemory(capacity: 10);
        Fill(memory, 15);

        memory.Clear();

        Assert.DoesNotContain(Enumerable.Range(1, 15), i => memory.TryGet(Key(i), out _));
    }

    [Fact]
    public void Load_MoreRowsThanTheCapacity_KeepsAllUntilTheNextBatch()
    {
        var memory = new RowMemory(capacity: 3);
        var keys = Enumerable.Range(0, 50).Select(Key).ToArray();
        var rows = new WorkingState(memory);
        Array.ForEach(keys, key => rows.Load(key, null));
        Array.ForEach(keys, key => rows.Find(key));
        Assert.Empty(rows.Missing);

        // Two batches later none of the rows is left.
        Array.ForEach(keys[..3], key => new WorkingState(memory).Load(key, null));
        Assert.All(keys[3..], key => Assert.False(new WorkingState(memory).Find(key) is not null || memory.TryGet(key, out _)));
    }

    private static void Fill(RowMemory memory, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            memory.Begin().Put(Key(i), null);
        }
    }

    private static Pool.Of Key(int number) => new(new PoolId(Given.Uuid(number)));
}
