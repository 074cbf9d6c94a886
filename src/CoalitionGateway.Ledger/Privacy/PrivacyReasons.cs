namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PointsRemain = Numbered(160);
    public static readonly RefusalReason ErasureHeld = Numbered(161);
    public static readonly RefusalReason NotificationNotFound = Numbered(162);
    public static readonly RefusalReason RestrictionInForce = Numbered(163);
    public static readonly RefusalReason RestrictionNotFound = Numbered(164);
}
