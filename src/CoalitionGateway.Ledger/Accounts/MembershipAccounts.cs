namespace CoalitionGateway.Ledger.Accounts;

/// <summary>The two accounts of a membership. Cached, because every command and query of a member uses them.</summary>
internal sealed record MembershipAccounts(AccountRef Points, AccountRef Receivable)
{
    private static readonly Remembered<(ProgrammeId, MembershipId), MembershipAccounts> _remembered = new(
        32_768, of => new MembershipAccounts(AccountRef.Points(of.Item1, of.Item2).Identified(), AccountRef.Receivable(of.Item1, of.Item2).Identified()));

    public static MembershipAccounts Of(ProgrammeId programme, MembershipId membership) => _remembered[(programme, membership)];
}
