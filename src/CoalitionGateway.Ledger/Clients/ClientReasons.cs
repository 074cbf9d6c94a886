namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason ClientNotFound = Numbered(270);
    public static readonly RefusalReason ClientExists = Numbered(271);
}
