namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason RequestNotFound = Numbered(165);
    public static readonly RefusalReason RequestClosed = Numbered(166);
    public static readonly RefusalReason RequestExtended = Numbered(167);
    public static readonly RefusalReason HoldNotFound = Numbered(168);
    public static readonly RefusalReason BreachNotFound = Numbered(169);
    public static readonly RefusalReason BreachClosed = Numbered(170);
}
