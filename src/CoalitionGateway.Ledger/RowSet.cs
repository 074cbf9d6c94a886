using System.Collections.Immutable;

namespace CoalitionGateway.Ledger;

/// <summary>What a <see cref="SetKey{TRow}"/> finds, as the working state and the memory keep it.</summary>
/// <param name="Members">The primary keys of its rows.</param>
internal sealed record RowSet(Key Key, ImmutableArray<Key> Members) : Row
{
    public override Key Primary => Key;
}
