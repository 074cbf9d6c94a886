namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason ProposalNotFound = Numbered(260);
    public static readonly RefusalReason ProposalClosed = Numbered(261);
    public static readonly RefusalReason ProposalOutdated = Numbered(262);
    public static readonly RefusalReason PersonNeeded = Numbered(263);
    public static readonly RefusalReason OtherPersonNeeded = Numbered(264);
    public static readonly RefusalReason TooManyProposals = Numbered(265);
}
