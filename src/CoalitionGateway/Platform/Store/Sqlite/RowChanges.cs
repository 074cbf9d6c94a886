using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Platform.Store.Sqlite;

/// <summary>A copy of a working state's changes. The state goes on to the next batch while the copy is written.</summary>
/// <param name="Rows">Rows by their keys; null: the row is deleted. IsAdded: the row must not exist yet.</param>
/// <param name="Sums">The amounts to add to accounts without a floor.</param>
internal sealed record RowChanges(IReadOnlyList<(Key Key, Row? Row, bool IsAdded)> Rows, IReadOnlyList<Account> Sums, IReadOnlyList<Entry> Entries)
{
    public static RowChanges Of(WorkingState rows) => new(
        [.. rows.Changes.Select(change => (change.Key, change.Value, change.Value is { IsInsertOnly: true } || rows.Presumed.Contains(change.Key)))],
        [.. rows.Sums.Select(sum => new Account(sum.Key.Id, sum.Key.Name, sum.Key.Kind, sum.Key.ProgrammeId, sum.Value.Points, sum.Value.Entries))],
        [.. rows.Entries]);
}
