namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason NoticeNotFound = Numbered(120);
    public static readonly RefusalReason NoticeOutdated = Numbered(121);
    public static readonly RefusalReason ConsentNotFound = Numbered(122);
    public static readonly RefusalReason ConsentNotNeeded = Numbered(123);
    public static readonly RefusalReason PurposeNotAgreed = Numbered(124);
    public static readonly RefusalReason ConsentInForce = Numbered(125);
    public static readonly RefusalReason ConsentRequested = Numbered(126);
    public static readonly RefusalReason ConsentWasRefused = Numbered(127);
    public static readonly RefusalReason SharingRefused = Numbered(128);
    public static readonly RefusalReason GuardianNeeded = Numbered(129);
    public static readonly RefusalReason GuardianCodeInvalid = Numbered(130);
    public static readonly RefusalReason GuardianNotAdult = Numbered(131);
    public static readonly RefusalReason ConsentOvertaken = Numbered(132);
    public static readonly RefusalReason ActTimeInvalid = Numbered(133);
}
