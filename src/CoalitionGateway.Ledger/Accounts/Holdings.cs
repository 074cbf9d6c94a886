namespace CoalitionGateway.Ledger.Accounts;

/// <summary>A membership's points and debt, and how credits and debits are split between them.</summary>
public sealed record Holdings(ProgrammeId ProgrammeId, MembershipId MembershipId, long AvailablePoints, long OwedPoints)
{
    private MembershipAccounts Accounts { get; } = MembershipAccounts.Of(ProgrammeId, MembershipId);

    public static Holdings Find(WorkingState rows, ProgrammeId programme, MembershipId membership)
    {
        var (points, receivable) = MembershipAccounts.Of(programme, membership);
        var (held, owed) = (rows.Find(new Account.Of(points.Id)), rows.Find(new Account.Of(receivable.Id)));
        return new Holdings(programme, membership, held?.BalancePoints ?? 0, -(owed?.BalancePoints ?? 0));
    }

    /// <summary>The part of a credit that pays debt.</summary>
    public long Settles(long points) => Math.Min(points, OwedPoints);

    /// <summary>The part of a debit that exceeds the points and becomes debt.</summary>
    public long Lacks(long points) => Math.Max(0, points - AvailablePoints);

    /// <summary>Lines that add points. Debt is paid first.</summary>
    public IEnumerable<PostingLine> Credit(long points) =>
        [new(Accounts.Receivable, Settles(points)), new(Accounts.Points, points - Settles(points))];

    /// <summary>Lines that take points back. A shortfall becomes debt.</summary>
    public IEnumerable<PostingLine> TakeBack(long points) =>
        [new(Accounts.Points, -(points - Lacks(points))), new(Accounts.Receivable, -Lacks(points))];

    /// <summary>Lines that set both the points and the debt to zero.</summary>
    public IEnumerable<PostingLine> Empty() => [new(Accounts.Points, -AvailablePoints), new(Accounts.Receivable, OwedPoints)];

    /// <summary>The line that takes available points.</summary>
    public PostingLine Debit(long points) => new(Accounts.Points, -points);

    /// <summary>Refuses because there are too few points, and names the most that can be transferred.</summary>
    public Refusal Insufficient(string field, long transferable) =>
        new Refusal(RefusalReason.InsufficientPoints, $"{AvailablePoints} points are available; at most {transferable} can go.", field)
            .With("available_points", AvailablePoints).With("transferable_points", transferable);
}
