using CoalitionGateway.Platform.Journal;

namespace CoalitionGateway.Tests;

public sealed class TimeOrderedIdsTests
{
    private static readonly DateTimeOffset _start = new(2026, 11, 28, 1, 2, 3, 999, TimeSpan.Zero);

    [Fact]
    public void Ids_MadeWithinAMillisecondAndAcrossOne_SortByTime()
    {
        var ids = Enumerable.Range(0, 40_000).Select(i => TimeOrderedIds.At(_start.AddTicks(i * 3))).ToArray();
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Select(id => id.ToString()));
    }

    [Fact]
    public void Id_IsAUuidOfVersion7WithTheMillisecond_AndDiffersForTheSameTime()
    {
        var (id, another) = (TimeOrderedIds.At(_start.AddTicks(9_999)), TimeOrderedIds.At(_start.AddTicks(9_999)));
        Assert.NotEqual(id, another);
        Assert.Equal((7, 0x8), (id.Version, id.Variant & 0xC));
        Assert.Equal(_start.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
        Assert.Equal("fff", id.ToString("N")[13..16]);
    }
}
