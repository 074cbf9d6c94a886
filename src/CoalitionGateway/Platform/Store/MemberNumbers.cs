using System.Data.Common;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Numbers the log's events among those of their member: from 1, without a gap, in the log's order. What was given last
/// is remembered, and holds while the log ends where this gateway left it; of other members the table is asked.
/// </summary>
internal abstract class MemberNumbers
{
    // Some 40 bytes each.
    private const int _mostRemembered = 131_072;
    private readonly Dictionary<Guid, long> _last = [];
    private long _end = -1;

    /// <summary>Numbers the events at the log's end.</summary>
    /// <param name="first">The log's size: the index of the first of them.</param>
    /// <param name="members">Whose each is; null: nobody's.</param>
    /// <returns>The number of each; 0 for nobody's.</returns>
    public long[] Give(DbTransaction transaction, long first, IReadOnlyList<Guid?> members)
    {
        if (_end != first || _last.Count > _mostRemembered)
        {
            _last.Clear();
        }

        // If this fails half-way, nothing remembered counts.
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

        // In the order of the table's key: neighbours go to the same page.
        Add(transaction, [.. members.Index().Where(found => found.Item is not null).Select(found => (Member: found.Item!.Value, Number: numbers[found.Index], LogIndex: first + found.Index)).Order()]);
        return numbers;
    }

    /// <summary>The log ends here from now on; if it turns out to end elsewhere, nothing is remembered.</summary>
    public void EndAt(long size) => _end = size;

    /// <summary>The last number of each member that has one.</summary>
    protected abstract IReadOnlyList<(Guid Member, long Number)> Last(DbTransaction transaction, Guid[] members);

    /// <summary>Writes numbers down.</summary>
    protected abstract void Add(DbTransaction transaction, IReadOnlyList<(Guid Member, long Number, long LogIndex)> rows);
}
