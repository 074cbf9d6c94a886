namespace CoalitionGateway.Ledger;

/// <summary>
/// What a row is found by. The properties of a key carry the names of the row's properties that they match.
/// </summary>
public abstract record Key
{
    /// <summary>
    /// Whether it is remembered beyond the batch that there is no row with this key. Not where strangers choose the key.
    /// </summary>
    public virtual bool RemembersAbsence() => true;

    /// <summary>The kind of key and not its value, which may be a membership number: messages with it are logged.</summary>
    public sealed override string ToString() => $"{GetType().DeclaringType?.Name}.{GetType().Name}";
}

/// <summary>A key that finds one row or none.</summary>
public abstract record Key<TRow> : Key
    where TRow : Row;

/// <summary>A key that finds all rows of a kind that share something; the sets are small.</summary>
public abstract record SetKey<TRow> : Key
    where TRow : Row;

/// <summary>One row of the gateway's state. Rows are values: a change is another row with the same key.</summary>
public abstract record Row
{
    /// <summary>The key that the row is stored by.</summary>
    public abstract Key Primary { get; }

    /// <summary>Other keys that find this row alone.</summary>
    public virtual IEnumerable<Key> Lookups => [];

    /// <summary>The sets that the row is in.</summary>
    public virtual IEnumerable<Key> Sets => [];

    /// <summary>
    /// Whether the row, once there, never changes, and no rule but that of the command that adds it looks whether it
    /// is there: nobody's memory of it can become wrong.
    /// </summary>
    public virtual bool IsInsertOnly => false;

    /// <summary>Whether such rows may be deleted. The database's role for the application can delete no others.</summary>
    public virtual bool IsDeletable => false;
}
