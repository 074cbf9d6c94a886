namespace CoalitionGateway.Ledger.Accounts;

/// <summary>An account and its balance.</summary>
/// <param name="Id">Derived from <paramref name="Name"/>: see <see cref="AccountRef"/>.</param>
/// <param name="BalancePoints">The sum of the account's entries.</param>
/// <param name="Version">The number of the account's entries.</param>
public sealed record Account(
    Guid Id, string Name, AccountKind Kind, ProgrammeId ProgrammeId, long BalancePoints, long Version) : Row
{
    public override Key Primary => new Of(Id);

    public static Account Open(AccountRef reference) =>
        new(reference.Id, reference.Name, reference.Kind, reference.ProgrammeId, 0, 0);

    /// <exception cref="InvalidOperationException">The balance would cross the kind's limit.</exception>
    public Account Add(long points)
    {
        var balance = BalancePoints + points;
        var broken = Kind == AccountKind.Receivable ? balance > 0 : Kind.IsNeverNegative() && balance < 0;
        return broken
            ? throw new InvalidOperationException($"Account {Name} at {BalancePoints} cannot take {points}.")
            : this with { BalancePoints = balance, Version = Version + 1 };
    }

    public sealed record Of(Guid Id) : Key<Account>;
}

/// <summary>A stored line of a posting. Only entries of accounts with a floor carry a version and balances.</summary>
/// <param name="AccountVersion">The entry's number within its account, from 1.</param>
public sealed record Entry(
    EventId EventId, int Line, Guid AccountId, long AmountPoints, long? AccountVersion, long? BalanceBefore, long? BalanceAfter);
