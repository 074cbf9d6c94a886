namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason MembershipNotFound = Numbered(40);
    public static readonly RefusalReason MembershipNumberTaken = Numbered(41);
    public static readonly RefusalReason MembershipExists = Numbered(42);
    public static readonly RefusalReason LinkCodeInvalid = Numbered(43);
    public static readonly RefusalReason MemberNotFound = Numbered(45);
    public static readonly RefusalReason SameMembership = Numbered(46);
    public static readonly RefusalReason MembershipInPool = Numbered(47);
}
