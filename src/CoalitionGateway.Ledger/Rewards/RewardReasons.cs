namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason SpendingNotOffered = Numbered(180);
    public static readonly RefusalReason RedemptionReferenceTaken = Numbered(181);
    public static readonly RefusalReason SpendingStep = Numbered(182);
    public static readonly RefusalReason SpendingLimit = Numbered(183);
    public static readonly RefusalReason RedemptionNotFound = Numbered(184);
    public static readonly RefusalReason RedemptionNotOpen = Numbered(185);
    public static readonly RefusalReason RedemptionNotApproved = Numbered(186);
    public static readonly RefusalReason CaptureExceedsReserved = Numbered(187);
    public static readonly RefusalReason RefundExceedsCaptured = Numbered(188);
    public static readonly RefusalReason RewardNotFound = Numbered(189);
    public static readonly RefusalReason RewardSoldOut = Numbered(190);
    public static readonly RefusalReason RewardLimitReached = Numbered(191);
    public static readonly RefusalReason VoucherNotFound = Numbered(192);
    public static readonly RefusalReason VoucherUsed = Numbered(193);
    public static readonly RefusalReason VoucherExpired = Numbered(194);
    public static readonly RefusalReason StockGiven = Numbered(195);
    public static readonly RefusalReason VoucherOtherChannel = Numbered(196);
    public static readonly RefusalReason VoucherNotUsed = Numbered(197);
    public static readonly RefusalReason VoucherNotReturnable = Numbered(198);
    public static readonly RefusalReason PaymentCodeNotFound = Numbered(199);
}
