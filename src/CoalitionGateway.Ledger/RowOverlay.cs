namespace CoalitionGateway.Ledger;

/// <summary>
/// The rows that a batch of commands reads and changes, on top of the cached rows. A needed row that is not loaded goes to
/// <see cref="Missing"/>; the journal loads the row and asks again. A command sees the changes of the commands before it.
/// </summary>
/// <param name="memory">The cache from earlier batches.</param>
/// <param name="presumesFree">Whether keys that a command is about to take are presumed free: see <see cref="Presumed"/>.</param>
public abstract class RowOverlay(RowMemory memory, bool presumesFree)
{
    private readonly RowMemory _memory = memory.Begin();
    private readonly Dictionary<Key, Row?> _batch = [];
    private readonly HashSet<Key> _presumed = [];
    private readonly HashSet<Key> _taking = [];
    private readonly HashSet<Key> _free = [];
    private readonly Dictionary<Key, Row?> _changes = [];
    private readonly HashSet<Key> _replaced = [];
    private readonly HashSet<Key> _changedKeys = [];
    private readonly HashSet<Key> _missing = [];

    /// <summary>The keys that were asked for and are not loaded.</summary>
    public IReadOnlyCollection<Key> Missing => _missing;

    /// <summary>The rows to write, by primary key; null for a row to delete.</summary>
    public IReadOnlyDictionary<Key, Row?> Changes => _changes;

    /// <summary>The primary keys of changed rows that existed before the batch.</summary>
    public IReadOnlySet<Key> Replaced => _replaced;

    /// <summary>All keys whose result the batch changed, except the primary keys of insert-only rows.</summary>
    public IReadOnlyCollection<Key> ChangedKeys => _changedKeys;

    /// <summary>All keys whose result the batch holds, and <see cref="CommitRows"/> caches.</summary>
    public Key[] Touched => [.. _batch.Keys];

    /// <summary>
    /// Keys presumed free, without a look-up. If one is taken, the store refuses the batch; it is decided again.
    /// </summary>
    public IReadOnlySet<Key> Presumed => _presumed;

    /// <summary>Whether a key was presumed free and the batch does not take it. No write then proves the presumption.</summary>
    public bool RestsOnPresumption => _presumed.Any(key => !_changes.ContainsKey(key));

    /// <summary>The row with this key; null if there is none, or if it is not loaded yet: see <see cref="Missing"/>.</summary>
    public TRow? Find<TRow>(Key<TRow> key)
        where TRow : Row => (TRow?)Look(key);

    /// <summary>The row under a key that the command takes; null if the key is free (never cached) or not loaded yet.</summary>
    public TRow? FindTaken<TRow>(Key<TRow> key)
        where TRow : Row
    {
        if (_batch.TryGetValue(key, out var row) || (_memory.TryGet(key, out row) && row is not null))
        {
            return (TRow?)row;
        }

        if (presumesFree)
        {
            _presumed.Add(key);
        }
        else if (!_free.Contains(key))
        {
            _taking.Add(key);
            _missing.Add(key);
        }

        return null;
    }

    /// <summary>All rows of the set; empty if they are not loaded yet: see <see cref="Missing"/>.</summary>
    public IReadOnlyList<TRow> FindAll<TRow>(SetKey<TRow> key)
        where TRow : Row
    {
        if (Look(key) is not RowSet set)
        {
            return [];
        }

        var rows = new List<TRow>(set.Members.Length);
        foreach (var member in set.Members)
        {
            if (Look(member) is TRow row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>Adds the stored row of a key. Changes that the batch made meanwhile remain.</summary>
    public void Load(Key key, Row? row)
    {
        _missing.Remove(key);
        if (row is not null)
        {
            _memory.Put(key, row);
            LoadKeys(row);
        }
        else if (_taking.Contains(key) || !key.RemembersAbsence())
        {
            _free.Add(key);
        }
        else
        {
            _memory.Put(key, null);
        }
    }

    /// <summary>Adds all stored rows of a set.</summary>
    public void LoadSet(Key key, IReadOnlyCollection<Row> rows)
    {
        _missing.Remove(key);
        foreach (var row in rows)
        {
            LoadKeys(row);
        }

        var stored = new RowSet(key, [.. rows.Select(row => row.Primary)]);
        _memory.Put(key, stored);
        var changed = stored.Members;
        foreach (var (primary, row) in _changes)
        {
            var belongs = row is not null && row.Sets.Contains(key);
            if (belongs != changed.Contains(primary))
            {
                changed = belongs ? changed.Add(primary) : changed.Remove(primary);
            }
        }

        if (changed != stored.Members)
        {
            _batch[key] = stored with { Members = changed };
        }
    }

    /// <summary>Adds a row or replaces the one with its primary key.</summary>
    public void Put(Row row)
    {
        var before = Peek(row.Primary);
        Forget(before);
        if (before is not null && !_changes.ContainsKey(row.Primary))
        {
            _replaced.Add(row.Primary);
        }

        _batch[row.Primary] = row;
        _changes[row.Primary] = row;
        if (!row.IsInsertOnly)
        {
            _changedKeys.Add(row.Primary);
        }

        foreach (var key in row.Lookups)
        {
            _batch[key] = row;
            _changedKeys.Add(key);
        }

        foreach (var key in row.Sets)
        {
            _changedKeys.Add(key);
            if (Peek(key) is RowSet set)
            {
                _batch[key] = set with { Members = set.Members.Add(row.Primary) };
            }
        }
    }

    /// <summary>Deletes a row.</summary>
    /// <exception cref="InvalidOperationException">Rows of this kind are never deleted.</exception>
    public void Remove(Row row)
    {
        if (!row.IsDeletable)
        {
            throw new InvalidOperationException($"A {row.GetType().Name} is never deleted.");
        }

        Forget(row);
        _batch[row.Primary] = null;
        _changes[row.Primary] = null;
        _changedKeys.Add(row.Primary);
    }

    /// <summary>Caches the rows that the batch changed, and ends the batch.</summary>
    protected void CommitRows()
    {
        foreach (var (key, row) in _batch)
        {
            // An insert-only row is needed again only for a repeated request, which is rare. It would only displace other rows.
            if (row is not { IsInsertOnly: true })
            {
                _memory.Put(key, row);
            }
        }

        _batch.Clear();
        _presumed.Clear();
        _taking.Clear();
        _free.Clear();
        _changes.Clear();
        _replaced.Clear();
        _changedKeys.Clear();
    }

    private void Forget(Row? row)
    {
        foreach (var key in row?.Lookups ?? [])
        {
            _batch[key] = null;
            _changedKeys.Add(key);
        }

        foreach (var key in row?.Sets ?? [])
        {
            _changedKeys.Add(key);
            if (Peek(key) is RowSet set)
            {
                _batch[key] = set with { Members = set.Members.Remove(row!.Primary) };
            }
        }
    }

    private void LoadKeys(Row row)
    {
        _memory.Put(row.Primary, row);
        foreach (var key in row.Lookups)
        {
            _memory.Put(key, row);
        }
    }

    private Row? Look(Key key)
    {
        if (_batch.TryGetValue(key, out var row) || _memory.TryGet(key, out row))
        {
            return row;
        }

        if (!_free.Contains(key))
        {
            _missing.Add(key);
        }

        return null;
    }

    private Row? Peek(Key key) => _batch.TryGetValue(key, out var row) || _memory.TryGet(key, out row) ? row : null;
}
