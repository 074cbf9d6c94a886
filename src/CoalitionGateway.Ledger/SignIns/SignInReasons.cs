namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason SignInCodeInvalid = Numbered(220);
    public static readonly RefusalReason NewStartNeeded = Numbered(221);
    public static readonly RefusalReason NewStartWaiting = Numbered(222);
    public static readonly RefusalReason PasskeyExists = Numbered(223);
    public static readonly RefusalReason PasskeyNotFound = Numbered(224);
    public static readonly RefusalReason LastPasskey = Numbered(225);
    public static readonly RefusalReason TooManyPasskeys = Numbered(226);
}
