namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PartnerNotFound = Numbered(20);
    public static readonly RefusalReason PartnerExists = Numbered(21);
    public static readonly RefusalReason ProgrammeNotFound = Numbered(22);
    public static readonly RefusalReason ProgrammeExists = Numbered(23);
    public static readonly RefusalReason PartnerHasProgramme = Numbered(24);
    public static readonly RefusalReason PartnerWithoutProgramme = Numbered(25);
    public static readonly RefusalReason RatesGainInCycle = Numbered(26);
    public static readonly RefusalReason RuleInThePast = Numbered(27);
    public static readonly RefusalReason AgreementNotFound = Numbered(44);
    public static readonly RefusalReason CurrencyMismatch = Numbered(62);
    public static readonly RefusalReason AmountTooLarge = Numbered(64);
}
