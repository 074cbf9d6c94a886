namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PayerChanged = Numbered(90);
    public static readonly RefusalReason BudgetSpent = Numbered(91);
}
