namespace CoalitionGateway.Ledger;

/// <summary>
/// A key that finds rows. Its properties have the names of the row's properties that they match.
/// </summary>
public abstract record Key
{
    /// <summary>
    /// Whether the absence of a row is cached beyond the batch. False if strangers choose the key.
    /// </summary>
    public virtual bool RemembersAbsence() => true;

    /// <summary>The kind of key, without its value: keys are logged, and the value may be a membership number.</summary>
    public sealed override string ToString() => $"{GetType().DeclaringType?.Name}.{GetType().Name}";
}

/// <summary>A key that finds one row or none.</summary>
public abstract record Key<TRow> : Key
    where TRow : Row;

/// <summary>A key that finds all rows of a kind with a common value. The sets are small.</summary>
public abstract record SetKey<TRow> : Key
    where TRow : Row;

/// <summary>One row of the gateway's state. Rows are immutable: a change is a new row with the same key.</summary>
public abstract record Row
{
    /// <summary>The key under which the row is stored.</summary>
    public abstract Key Primary { get; }

    /// <summary>Other keys that find only this row.</summary>
    public virtual IEnumerable<Key> Lookups => [];

    /// <summary>The sets that contain the row.</summary>
    public virtual IEnumerable<Key> Sets => [];

    /// <summary>
    /// Insert-only: the row never changes, and only the command that adds it checks whether it exists. Caches of this
    /// row need no invalidation.
    /// </summary>
    public virtual bool IsInsertOnly => false;

    /// <summary>Whether rows of this kind may be deleted. The application's database role cannot delete any others.</summary>
    public virtual bool IsDeletable => false;
}
