using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>A membership's share of a pool at a time. Points in it expire as they would outside of the pool.</summary>
public sealed record HeldShare(AccountRef Account, string Holder, long Points)
{
    /// <summary>The part of the points that expires, in the order in which it expires.</summary>
    public IReadOnlyList<HeldLot> Lots { get; init; } = [];

    /// <summary>The time in which no points expire, because of a tier; null: there is none.</summary>
    public ExpiryPause? Pause { get; init; }

    /// <summary>What has fallen due and is not posted yet; null if there is nothing.</summary>
    public LotsDue? Due { get; init; }

    public static HeldShare Find(WorkingState rows, ProgrammeId programme, PoolId pool, MembershipId membership, DateTime now) =>
        Find(rows, programme, AccountRef.PoolShare(programme, pool, membership).Holder, now);

    /// <param name="holder">The pool and the membership, as in the names of accounts.</param>
    public static HeldShare Find(WorkingState rows, ProgrammeId programme, string holder, DateTime now)
    {
        var account = AccountRef.PoolShare(programme, holder);
        var plain = rows.Find(new Account.Of(account.Id))?.BalancePoints ?? 0;
        if (rows.Find(new LotKeeping.Of(programme)) is not { } keeping)
        {
            return new HeldShare(account, holder, plain);
        }

        var membership = new MembershipId(Guid.Parse(holder.Split('/')[^1]));
        ReminderDue.Need(rows, keeping, membership);
        var pause = keeping.PauseOf(rows, membership);
        var settled = new LotsSettling(account, null, term => Lot.AccountOf(programme, holder, term), plain, 0, pause: pause).Settle(HeldLot.All(rows, holder), now);
        settled.Due?.Need(rows, membership, isInPool: true, null);
        return new HeldShare(account, holder, plain + settled.Lots.Sum(lot => lot.Points)) { Lots = settled.Lots, Due = settled.Due, Pause = pause };
    }

    /// <summary>The shares of a membership that have points with a term, in all pools.</summary>
    public static IReadOnlyList<HeldShare> All(WorkingState rows, ProgrammeId programme, MembershipId membership, DateTime now) =>
    [
        .. rows.FindAll(new Lot.ByMembership(membership)).Where(lot => lot.IsShare).Select(lot => lot.Holder).Distinct().Order(StringComparer.Ordinal)
            .Select(holder => Find(rows, programme, holder, now)),
    ];

    /// <summary>The event that settles what has fallen due, for <see cref="Decision.After"/>; null if nothing has.</summary>
    public Event? Settled(CommandContext context, MemberId member, MembershipId membership, DateTime now) => Due is null
        ? null
        : LotsSettled.Of(Due, context.Settling(Holder, now), member, membership, Holder);

    /// <summary>The lines that take points, those that expire first first, and the terms that they had.</summary>
    public IReadOnlyList<(PostingLine Line, Term Term)> Take(long points)
    {
        var purse = new Purse(Account, Points - Lots.Sum(lot => lot.Points), Lots);
        purse.Take(points);
        return [.. purse.Lines.Select(line => (line, Lots.FirstOrDefault(lot => lot.Account == line.Account)?.Term ?? Term.Plain))];
    }

    /// <summary>When points of a term expire; null: never.</summary>
    public DateTime? ExpireTimeOf(Term term) => ExpiryPause.Later(term.ExpireTime, Pause);

    /// <summary>The account of the share for points of a term.</summary>
    public AccountRef AccountOf(Term term) => term.IsPlain ? Account : Lot.AccountOf(Account.ProgrammeId, Holder, term);
}
