namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason AmountNotInSteps = Numbered(80);
    public static readonly RefusalReason RouteNotFound = Numbered(81);
    public static readonly RefusalReason RouteSuspended = Numbered(82);
    public static readonly RefusalReason AmountBelowMinimum = Numbered(83);
    public static readonly RefusalReason AmountAboveMaximum = Numbered(84);
    public static readonly RefusalReason TransferYieldsNothing = Numbered(85);
    public static readonly RefusalReason InsufficientPoints = Numbered(86);
    public static readonly RefusalReason TransferNotFound = Numbered(87);
}
