using System.Collections.Immutable;

namespace CoalitionGateway.Ledger;

/// <summary>The result of a <see cref="SetKey{TRow}"/>, as the working state and the cache keep it.</summary>
/// <param name="Members">The primary keys of the set's rows.</param>
internal sealed record RowSet(Key Key, ImmutableArray<Key> Members) : Row
{
    public override Key Primary => Key;
}
