namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PersonExists = Numbered(250);
    public static readonly RefusalReason PersonNotFound = Numbered(251);
    public static readonly RefusalReason RoleOfOtherKind = Numbered(252);
}
