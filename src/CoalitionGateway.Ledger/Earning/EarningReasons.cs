namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PurchaseReferenceTaken = Numbered(60);
    public static readonly RefusalReason PurchaseNotFound = Numbered(61);
    public static readonly RefusalReason ReturnExceedsPurchase = Numbered(63);
    public static readonly RefusalReason ReturnExceedsGiven = Numbered(65);
    public static readonly RefusalReason ReturnNotFound = Numbered(66);
    public static readonly RefusalReason DebtNotOwn = Numbered(67);
    public static readonly RefusalReason PurchaseTooLate = Numbered(68);
    public static readonly RefusalReason AwardLimitReached = Numbered(69);
    public static readonly RefusalReason ActivityNotFound = Numbered(70);
}
