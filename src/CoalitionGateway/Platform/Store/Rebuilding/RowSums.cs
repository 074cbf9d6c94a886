using System.Runtime.InteropServices;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// The rows of a table that is only ever added to, as sums of digests: what events say, and what is stored, in parts by
/// their keys. Where the sums of a part differ, a second pass collects its rows and names them. Takes the same few bytes
/// for any number of rows.
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

    /// <summary>Takes in a row that an event says is there.</summary>
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

    /// <summary>Takes in a row that is stored.</summary>
    public void Stored(object row)
    {
        unchecked
        {
            _stored[Part(row)] += _packed.Digest(table.Name, table.Columns, row);
        }
    }

    /// <summary>Whether rows differ; if so, what events say is collected from now on.</summary>
    public bool Differs()
    {
        _differs = [.. _said.Zip(_stored, (said, stored) => said != stored)];
        return _differs.Contains(true);
    }

    /// <summary>In the second pass: the row that events say is there in the place of a stored one, to be compared.</summary>
    /// <returns>False: its part does not differ.</returns>
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

    /// <summary>In the second pass: the rows that no stored one was found for.</summary>
    public IEnumerable<object> Left => _collected.Values.SelectMany(rows => rows);

    /// <summary>By the row's key: quick, and nothing rests on it.</summary>
    private int Part(object row)
    {
        var hash = default(HashCode);
        hash.AddBytes(_packed.Pack(_key, row));
        return hash.ToHashCode() & (_parts - 1);
    }
}
