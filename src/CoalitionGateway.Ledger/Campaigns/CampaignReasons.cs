namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason PayerChanged = Numbered(90);
    public static readonly RefusalReason BudgetSpent = Numbered(91);
    public static readonly RefusalReason CampaignNotFound = Numbered(92);
    public static readonly RefusalReason CampaignActivated = Numbered(93);
    public static readonly RefusalReason ActivationOver = Numbered(94);
}
