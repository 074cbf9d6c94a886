namespace CoalitionGateway.Ledger;

public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason EventNotFound = Numbered(140);
    public static readonly RefusalReason CheckpointNotFound = Numbered(141);
    public static readonly RefusalReason EventNotCovered = Numbered(142);
}
