using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// A membership's points and debt at a time, and how credits and debits are split between them. What has fallen due by then
/// counts as settled, whether or not a sweep has posted it: see <see cref="Due"/>.
/// </summary>
/// <param name="AvailablePoints">The points that can be used.</param>
public sealed record Holdings(ProgrammeId ProgrammeId, MembershipId MembershipId, long AvailablePoints, long OwedPoints)
{
    private MembershipAccounts Accounts { get; } = MembershipAccounts.Of(ProgrammeId, MembershipId);

    /// <summary>The part of the available points that expires, in the order in which it expires.</summary>
    public IReadOnlyList<HeldLot> Lots { get; init; } = [];

    /// <summary>The points that cannot be used yet, in the order in which they can be used.</summary>
    public IReadOnlyList<HeldLot> Pending { get; init; } = [];

    /// <summary>When all points expire, pending ones included, if the member does nothing before; null: never.</summary>
    public DateTime? InactiveTime { get; init; }

    /// <summary>The time in which no points expire, because of a tier; null: there is none.</summary>
    public ExpiryPause? Pause { get; init; }

    /// <summary>The end of inactivity that has let all points expire and is not posted yet; null: there is none.</summary>
    public DateTime? EndedTime { get; init; }

    /// <summary>What has fallen due and is not posted yet; null if there is nothing.</summary>
    public LotsDue? Due { get; init; }

    public long PendingPoints => Pending.Sum(lot => lot.Points);

    /// <summary>The points that brands have reserved, in the order in which the reservations end.</summary>
    public IReadOnlyList<HeldLot> Reserved { get; init; } = [];

    public long ReservedPoints => Reserved.Sum(lot => lot.Points);

    /// <summary>All points with a term: those that can be used, pending and reserved ones.</summary>
    public IEnumerable<HeldLot> AllLots => [.. Lots, .. Pending, .. Reserved];

    public static Holdings Find(WorkingState rows, ProgrammeId programme, MembershipId membership, DateTime now)
    {
        var (points, receivable) = MembershipAccounts.Of(programme, membership);
        var (held, owed) = (rows.Find(new Account.Of(points.Id))?.BalancePoints ?? 0, -(rows.Find(new Account.Of(receivable.Id))?.BalancePoints ?? 0));
        if (rows.Find(new LotKeeping.Of(programme)) is not { } keeping)
        {
            return new Holdings(programme, membership, held, owed);
        }

        ReminderDue.Need(rows, keeping, membership);
        var (holder, pause) = (membership.ToString(), keeping.PauseOf(rows, membership));
        var inactivity = keeping.EndsInactive ? Inactivity.Find(rows, membership)?.EndTime : null;
        var end = ExpiryPause.Later(inactivity, pause);
        var settled = new LotsSettling(points, receivable, term => Lot.AccountOf(programme, holder, term), held, owed, end, pause).Settle(HeldLot.All(rows, holder), now);
        settled.Due?.Need(rows, membership, isInPool: false, end);
        return new Holdings(programme, membership, settled.PlainPoints + settled.Lots.Sum(lot => lot.Points), settled.OwedPoints)
        {
            Lots = settled.Lots,
            Pending = [.. settled.Pending.Where(lot => lot.Account.Kind == AccountKind.Pending)],
            Reserved = [.. settled.Pending.Where(lot => lot.Account.Kind == AccountKind.Reserved)],
            InactiveTime = end > now ? end : null, Due = settled.Due, Pause = pause,
            EndedTime = settled.Due is { EndsInactivity: true } ? end : null,
        };
    }

    /// <summary>The event that settles what has fallen due, for <see cref="Decision.After"/>; null if nothing has.</summary>
    public Event? Settled(CommandContext context, MemberId member, DateTime now) => Due is null
        ? null
        : LotsSettled.Of(Due, context.Settling(MembershipId.ToString(), now), member, MembershipId, MembershipId.ToString());

    /// <summary>The part of a credit that pays debt.</summary>
    public long Settles(long points) => Math.Min(points, OwedPoints);

    /// <summary>The part of a debit that exceeds the points, also the pending ones, and becomes debt.</summary>
    public long Lacks(long points) => Math.Max(0, points - AvailablePoints - PendingPoints);

    /// <summary>The part of a credit of a term that pays debt. Pending points pay it when they become usable.</summary>
    public long Settles(long points, Term term) => term.UsableTime is null ? Settles(points) : 0;

    /// <summary>Lines that add points of a term. Debt is paid first.</summary>
    public IEnumerable<PostingLine> Credit(long points, Term term) =>
        [new(Accounts.Receivable, Settles(points, term)), new(AccountOf(term), points - Settles(points, term))];

    /// <summary>Lines that add points that can be used at once and never expire. Debt is paid first.</summary>
    public IEnumerable<PostingLine> Credit(long points) => Credit(points, Term.Plain);

    /// <summary>
    /// Lines that take points back: from the lots of some terms first, then from the others, which expire first, then from
    /// pending points. A shortfall becomes debt.
    /// </summary>
    public IEnumerable<PostingLine> TakeBack(long points, params IReadOnlyList<(Term Term, long Points)> filled)
    {
        if (Lots.Count == 0 && Pending.Count == 0)
        {
            return [new(Accounts.Points, -(points - Lacks(points))), new(Accounts.Receivable, -Lacks(points))];
        }

        var purse = new Purse(Accounts.Points, AvailablePoints - Lots.Sum(lot => lot.Points), [.. Lots, .. Pending]);
        foreach (var (term, part) in filled)
        {
            purse.TakeFrom(term, Math.Min(part, points - purse.TakenPoints));
        }

        purse.Take(points - purse.TakenPoints);
        return [.. purse.Lines, new(Accounts.Receivable, purse.TakenPoints - points)];
    }

    /// <summary>Lines that set the points, pending and reserved ones included, and the debt to zero.</summary>
    public IEnumerable<PostingLine> Empty() =>
    [
        .. AllLots.Select(lot => new PostingLine(lot.Account, -lot.Points)),
        new(Accounts.Points, Lots.Sum(lot => lot.Points) - AvailablePoints), new(Accounts.Receivable, OwedPoints),
    ];

    /// <summary>Lines that take available points. The points that expire first go first.</summary>
    public IReadOnlyList<PostingLine> Debit(long points)
    {
        if (Lots.Count == 0)
        {
            return [new(Accounts.Points, -points)];
        }

        var purse = new Purse(Accounts.Points, AvailablePoints - Lots.Sum(lot => lot.Points), Lots);
        purse.Take(points);
        return purse.Lines;
    }

    /// <summary>Lines that give back points of several terms, which can be used at once. Debt is paid first.</summary>
    public IReadOnlyList<PostingLine> Restore(IEnumerable<LotPart> parts)
    {
        var (owed, lines) = (OwedPoints, new List<PostingLine>());
        foreach (var (term, points) in parts)
        {
            var pays = Math.Min(owed, points);
            owed -= pays;
            lines.AddRange([new(Accounts.Receivable, pays), new(AccountOf(term), points - pays)]);
        }

        return lines;
    }

    /// <summary>The available points that a debit takes, by their terms: those that expire first go first.</summary>
    public IReadOnlyList<LotPart> PartsOf(long points) => [.. Debit(points).Select(line => new LotPart(TermOf(line.Account), -line.AmountPoints))];

    /// <summary>This membership's account for points as another membership holds them.</summary>
    public AccountRef SameOf(HeldLot lot) =>
        lot.Account.Kind == AccountKind.Reserved ? Lot.ReservedOf(ProgrammeId, MembershipId, lot.Term) : AccountOf(lot.Term);

    /// <summary>The account of points of a term that are reserved until a time.</summary>
    public AccountRef ReservedOf(Term term, DateTime until) => Lot.ReservedOf(ProgrammeId, MembershipId, term with { UsableTime = until });

    /// <summary>The account of the membership's debt.</summary>
    public AccountRef Receivable => Accounts.Receivable;

    /// <summary>The term of the points in one of the membership's accounts.</summary>
    public Term TermOf(AccountRef account) => Lots.FirstOrDefault(lot => lot.Account == account)?.Term ?? Term.Plain;

    /// <summary>Asks for the account that a credit of a term goes to.</summary>
    public void NeedCredit(WorkingState rows, Term term) => rows.Find(new Account.Of(AccountOf(term).Id));

    /// <summary>When points of a term expire; null: never.</summary>
    public DateTime? ExpireTimeOf(Term term) => ExpiryPause.Later(term.ExpireTime, Pause);

    /// <summary>The account of the membership for points of a term.</summary>
    public AccountRef AccountOf(Term term) => term.IsPlain ? Accounts.Points : Lot.AccountOf(ProgrammeId, MembershipId.ToString(), term);

    /// <summary>Refuses because there are too few points, and names the most that can be transferred.</summary>
    public Refusal Insufficient(string field, long transferable) =>
        new Refusal(RefusalReason.InsufficientPoints, $"{AvailablePoints} points are available; at most {transferable} can go.", field)
            .With("available_points", AvailablePoints).With("transferable_points", transferable);
}
