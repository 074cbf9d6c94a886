using System.Data.Common;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Numbers each member's events in the log: from 1, without a gap, in the log's order. The last number of each member is
/// cached. The cache is valid while the log ends where this gateway left it. Numbers that are not cached are read from the
/// table.
/// </summary>
internal abstract class MemberNumbers
{
    // Each cached number takes some 40 bytes.
    private const int _mostRemembered = 131_072;
    private readonly Dictionary<Guid, long> _last = [];
    private long _end = -1;

    /// <summary>Numbers the events at the log's end.</summary>
    /// <param name="first">The log's size, which is the index of the first of these events.</param>
    /// <param name="members">The member of each event; null: none.</param>
    /// <returns>The number of each event; 0 for an event without a member.</returns>
    public long[] Give(DbTransaction transaction, long first, IReadOnlyList<Guid?> members)
    {
        if (_end != first || _last.Count > _mostRemembered)
        {
            _last.Clear();
        }

        // If this fails half-way, the cache is not valid.
        _end = -1;
        foreach (var (member, number) in Last(transaction, [.. members.OfType<Guid>().Where(member => !_last.ContainsKey(member)).Distinct()]))
        {
            _last[member] = number;
        }

        var numbers = new long[members.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (members[i] is { } member)
            {
                numbers[i] = _last[member] = _last.GetValueOrDefault(member) + 1;
            }
        }

        // In the order of the table's key, so that neighbours go to the same page.
        Add(transaction, [.. members.Index().Where(found => found.Item is not null).Select(found => (Member: found.Item!.Value, Number: numbers[found.Index], LogIndex: first + found.Index)).Order()]);
        return numbers;
    }

    /// <summary>The log ends here from now on. If the log ends elsewhere at the next call, the cache is dropped.</summary>
    public void EndAt(long size) => _end = size;

    /// <summary>The last number of each member that has one.</summary>
    protected abstract IReadOnlyList<(Guid Member, long Number)> Last(DbTransaction transaction, Guid[] members);

    /// <summary>Stores numbers.</summary>
    protected abstract void Add(DbTransaction transaction, IReadOnlyList<(Guid Member, long Number, long LogIndex)> rows);
}
