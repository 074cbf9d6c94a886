namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PoolNotFound = Numbered(100);
    public static readonly RefusalReason PoolFull = Numbered(101);
    public static readonly RefusalReason AlreadyInPool = Numbered(102);
    public static readonly RefusalReason InvitationExpired = Numbered(103);
    public static readonly RefusalReason InsufficientShare = Numbered(104);
}
