using System.Runtime.InteropServices;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// Compares a table that is only ever added to with the events, by sums of digests. Rows are divided into parts by their
/// keys. A part has one sum for the events' rows and one for the stored rows. If the sums of a part differ, a second pass
/// collects the part's rows and names them. The memory does not grow with the number of rows.
/// </summary>
internal sealed class RowSums(RowTable table)
{
    private const int _parts = 4096;
    private readonly PackedRow _packed = new();
    private readonly UInt128[] _said = new UInt128[_parts];
    private readonly UInt128[] _stored = new UInt128[_parts];
    private readonly IReadOnlyList<RowColumn> _key = [.. table.KeyColumns.Select(name => table.Columns.First(column => column.Name == name))];
    private readonly Dictionary<UInt128, List<object>> _collected = [];
    private bool[]? _differs;

    /// <summary>Takes in a row that follows from an event.</summary>
    public void Said(object row)
    {
        var part = Part(row);
        if (_differs is null)
        {
            unchecked
            {
                _said[part] += _packed.Digest(table.Name, table.Columns, row);
            }
        }
        else if (_differs[part])
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_collected, _packed.Digest(table.Name, _key, row), out _) ??= []).Add(row);
        }
    }

    /// <summary>Takes in a stored row.</summary>
    public void Stored(object row)
    {
        unchecked
        {
            _stored[Part(row)] += _packed.Digest(table.Name, table.Columns, row);
        }
    }

    /// <summary>Whether rows differ. From now on the events' rows of differing parts are collected.</summary>
    public bool Differs()
    {
        _differs = [.. _said.Zip(_stored, (said, stored) => said != stored)];
        return _differs.Contains(true);
    }

    /// <summary>In the second pass: takes out the events' row with the key of a stored row, for comparison.</summary>
    /// <returns>False: the part of the stored row does not differ.</returns>
    public bool Take(object stored, out object? said)
    {
        said = null;
        if (!_differs![Part(stored)])
        {
            return false;
        }

        var key = _packed.Digest(table.Name, _key, stored);
        if (_collected.TryGetValue(key, out var rows))
        {
            said = rows[0];
            rows.RemoveAt(0);
            if (rows.Count == 0)
            {
                _collected.Remove(key);
            }
        }

        return true;
    }

    /// <summary>In the second pass: the events' rows for which no stored row was found.</summary>
    public IEnumerable<object> Left => _collected.Values.SelectMany(rows => rows);

    /// <summary>
    /// The part that a row belongs to, by its key. A fast hash is enough, because no proof depends on the parts.
    /// </summary>
    private int Part(object row)
    {
        var hash = default(HashCode);
        hash.AddBytes(_packed.Pack(_key, row));
        return hash.ToHashCode() & (_parts - 1);
    }
}
