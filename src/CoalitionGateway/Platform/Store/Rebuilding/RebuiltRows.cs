using System.Runtime.InteropServices;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// Rows that events rebuilt and that later events may change. A row is packed in some 100 bytes and found by its keys. A
/// working state loads the rows that it misses from here, as from a database.
/// </summary>
internal sealed class RebuiltRows(RowTables tables)
{
    private const int _block = 1 << 20;
    private readonly PackedRow _packed = new();
    private readonly Dictionary<Type, Dictionary<UInt128, (long Place, int Length)>> _rows = [];
    private readonly Dictionary<UInt128, UInt128> _lookups = [];
    private readonly Dictionary<Type, Dictionary<UInt128, HashSet<UInt128>>> _sets = [];
    private readonly List<byte[]> _blocks = [];
    private long _end;

    public void Put(Row row)
    {
        var id = Digest(row.Primary);
        var table = tables[row.GetType()];
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(Of(table.Type), id, out var isThere);
        if (isThere)
        {
            Forget(id, Unpacked(table, place));
        }

        var bytes = _packed.Pack(table.Columns, row);
        // Overwrites the earlier row if the length is the same, as it mostly is: most changes change numbers.
        place = isThere && place.Length == bytes.Length ? place : Append(bytes.Length);
        bytes.CopyTo(At(place));
        foreach (var key in row.Lookups)
        {
            _lookups[Digest(key)] = id;
        }

        foreach (var key in row.Sets)
        {
            if (_sets.TryGetValue(key.GetType(), out var sets))
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(sets, Digest(key), out _) ??= []).Add(id);
            }
        }
    }

    public void Remove(Key primary)
    {
        var table = tables.For(primary.GetType()).Table;
        if (Of(table.Type).Remove(Digest(primary), out var place))
        {
            Forget(Digest(primary), Unpacked(table, place));
        }
    }

    /// <summary>Loads the rows that a working state misses.</summary>
    public void Load(WorkingState rows)
    {
        foreach (var key in rows.Missing.ToArray())
        {
            var (table, isSet) = tables.For(key.GetType());
            var digest = Digest(key);
            if (isSet)
            {
                rows.LoadSet(key, [.. Sets(table, key.GetType()).GetValueOrDefault(digest, []).Select(id => Unpacked(table, Of(table.Type)[id]))]);
            }
            else
            {
                rows.Load(key, Of(table.Type).TryGetValue(_lookups.GetValueOrDefault(digest, digest), out var place) ? Unpacked(table, place) : null);
            }
        }
    }

    /// <summary>
    /// Takes out the row with the key of a stored row, for comparison. Null: there is none, or it was taken already.
    /// </summary>
    public Row? Take(Row stored)
    {
        var table = tables[stored.GetType()];
        return Of(table.Type).Remove(Digest(stored.Primary), out var place) ? Unpacked(table, place) : null;
    }

    /// <summary>The rows of a table that were not taken.</summary>
    public IEnumerable<Row> Left(RowTable table) => Of(table.Type).Values.Select(place => Unpacked(table, place));

    private Dictionary<UInt128, (long Place, int Length)> Of(Type row) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_rows, row, out _) ??= [];

    private void Forget(UInt128 id, Row row)
    {
        foreach (var key in row.Lookups)
        {
            _lookups.Remove(Digest(key));
        }

        foreach (var key in row.Sets)
        {
            if (_sets.TryGetValue(key.GetType(), out var sets) && sets.TryGetValue(Digest(key), out var set))
            {
                set.Remove(id);
            }
        }
    }

    /// <summary>The sets of a kind. Built when the first one is asked for, and kept current from then on.</summary>
    private Dictionary<UInt128, HashSet<UInt128>> Sets(RowTable table, Type kind)
    {
        if (!_sets.TryGetValue(kind, out var sets))
        {
            _sets[kind] = sets = [];
            foreach (var (id, place) in Of(table.Type))
            {
                foreach (var key in Unpacked(table, place).Sets.Where(key => key.GetType() == kind))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(sets, Digest(key), out _) ??= []).Add(id);
                }
            }
        }

        return sets;
    }

    private UInt128 Digest(Key key) =>
        _packed.Digest(key.GetType().FullName!, tables.For(key.GetType()).Table.ColumnsOf(key.GetType()).Columns, key);

    private Row Unpacked(RowTable table, (long Place, int Length) place) => (Row)table.Make(PackedRow.Unpack(At(place), table.Columns.Count));

    private Span<byte> At((long Place, int Length) place) => place.Length > _block
        ? _blocks[(int)(place.Place / _block)].AsSpan(0, place.Length)
        : _blocks[(int)(place.Place / _block)].AsSpan((int)(place.Place % _block), place.Length);

    /// <summary>Reserves a place of a length. No place crosses blocks.</summary>
    private (long Place, int Length) Append(int length)
    {
        if (_end + length > (long)_blocks.Count * _block)
        {
            _end = (long)_blocks.Count * _block;
            _blocks.Add(new byte[Math.Max(_block, length)]);
        }

        var place = (_end, length);
        // A row longer than a block has a block of its own.
        _end = length > _block ? (long)_blocks.Count * _block : _end + length;
        return place;
    }
}
