using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>
/// Committed rows and entries, as a database keeps them. It gives a working state only the rows that are missing there. It
/// refuses writes that a database would refuse, and changes of rows that were never given out.
/// </summary>
internal sealed class MemoryStore
{
    private readonly Dictionary<Key, Row> _rows = [];
    private readonly Dictionary<Key, Row> _lookups = [];
    private readonly Dictionary<Key, Dictionary<Key, Row>> _sets = [];
    private readonly HashSet<Key> _shown = [];
    private readonly List<Entry> _entries = [];

    public IEnumerable<Row> Rows => _rows.Values;

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The number of events in the audit log.</summary>
    public long LogSize { get; private set; }

    public Row? this[Key primary] => _rows.GetValueOrDefault(primary);

    /// <summary>Forgets which rows were given out or written so far.</summary>
    public void Forget() => _shown.Clear();

    public void Load(WorkingState rows)
    {
        foreach (var key in rows.Missing.ToArray())
        {
            if (IsSet(key))
            {
                // In the order of the keys, as an index returns them. This is not the order of writing.
                var found = _sets.GetValueOrDefault(key)?.OrderBy(pair => Text(pair.Key), StringComparer.Ordinal).Select(pair => pair.Value).ToArray() ?? [];
                _shown.UnionWith(found.Select(row => row.Primary));
                rows.LoadSet(key, found);
            }
            else
            {
                var found = _rows.GetValueOrDefault(key) ?? _lookups.GetValueOrDefault(key);
                _shown.Add(found?.Primary ?? key);
                rows.Load(key, found);
            }
        }
    }

    public void Write(WorkingState rows)
    {
        LogSize = rows.LogSize;
        foreach (var (primary, row) in rows.Changes)
        {
            // A row that only its primary key finds may be replaced without being read. For any other row, an old lookup key
            // would still find it.
            Assert.True(
                _shown.Contains(primary) || !(this[primary] is { } before && (before.Lookups.Any() || before.Sets.Any())),
                $"{primary} was changed without having been loaded");
            Assert.False(primary is StoredAnswer.Of or StoredEvent.Of && _rows.ContainsKey(primary), $"{primary} is only ever added");
            Replace(primary, null);
        }

        foreach (var (primary, row) in rows.Changes)
        {
            Assert.True(row is null || row.Primary == primary);
            Replace(primary, row);
        }

        foreach (var (reference, (points, entries)) in rows.Sums)
        {
            var account = (Account?)this[new Account.Of(reference.Id)] ?? Account.Open(reference);
            Replace(account.Primary, account with { BalancePoints = account.BalancePoints + points, Version = account.Version + entries });
        }

        _entries.AddRange(rows.Entries);
    }

    private void Replace(Key primary, Row? row)
    {
        if (_rows.Remove(primary, out var before))
        {
            foreach (var key in before.Lookups)
            {
                _lookups.Remove(key);
            }

            foreach (var key in before.Sets)
            {
                _sets[key].Remove(primary);
            }
        }

        if (row is null)
        {
            return;
        }

        _shown.Add(primary);
        _rows.Add(primary, row);
        foreach (var key in row.Lookups)
        {
            Assert.True(_lookups.TryAdd(key, row), $"{key} is unique");
        }

        foreach (var key in row.Sets)
        {
            (_sets.TryGetValue(key, out var set) ? set : _sets[key] = []).Add(primary, row);
        }
    }

    private static bool IsSet(Key key) => key.GetType().BaseType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(SetKey<>);

    private static string Text(Key key) => string.Join(' ', key.GetType().GetProperties().Select(property => property.GetValue(key)));
}
