using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>A lot and the points that are left of it.</summary>
public sealed record HeldLot(AccountRef Account, Term Term, long Points)
{
    /// <summary>All lots of a holder that have points.</summary>
    public static IReadOnlyList<HeldLot> All(WorkingState rows, string holder) =>
    [
        .. rows.FindAll(new Lot.ByHolder(holder))
            .Select(lot => new HeldLot(lot.Account, lot.Term, rows.Find(new Account.Of(lot.AccountId))?.BalancePoints ?? 0))
            .Where(lot => lot.Points > 0),
    ];
}
