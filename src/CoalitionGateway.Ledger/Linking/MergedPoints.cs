using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>The points and debts of two memberships that become one. Points that can be used pay the debt of both.</summary>
/// <param name="From">What the merged membership has.</param>
/// <param name="Into">What the remaining membership has.</param>
public sealed record MergedPoints(Holdings From, Holdings Into)
{
    private long PaidByFrom => Math.Min(From.AvailablePoints, Into.OwedPoints);

    private long PaidByInto => Math.Min(Into.AvailablePoints, From.OwedPoints);

    public static MergedPoints Find(WorkingState rows, ProgrammeId programme, MembershipId from, MembershipId into, DateTime now)
    {
        var found = new MergedPoints(Holdings.Find(rows, programme, from, now), Holdings.Find(rows, programme, into, now));
        foreach (var lot in found.From.AllLots)
        {
            rows.Find(new Account.Of(found.Into.SameOf(lot).Id));
        }

        return found;
    }

    /// <summary>The events that settle what has fallen due in both.</summary>
    public IEnumerable<Event?> Settled(CommandContext context, MemberId former, MemberId member, DateTime now) =>
        [From.Settled(context, former, now), Into.Settled(context, member, now)];

    /// <summary>The posting, null if no points move; the points that came; and the points that can be used afterwards.</summary>
    public (Posting? Posting, long Points, long AvailablePoints) Move()
    {
        var rest = From.Debit(PaidByFrom).ToDictionary(line => line.Account, line => line.AmountPoints);
        var posting = Posting.Of(
            Into.ProgrammeId,
            [
                .. From.Empty(),
                .. Parts().Select(part => new PostingLine(part.Into, part.Points + rest.GetValueOrDefault(part.Account))),
                .. Into.Debit(PaidByInto),
                new(Into.Receivable, PaidByFrom + PaidByInto - From.OwedPoints),
            ]);
        return (posting, From.AvailablePoints + From.PendingPoints + From.ReservedPoints, From.AvailablePoints + Into.AvailablePoints - PaidByFrom - PaidByInto);
    }

    /// <summary>The points of the merged membership, by account, and the remaining membership's account for them.</summary>
    private IEnumerable<(AccountRef Account, AccountRef Into, long Points)> Parts() =>
    [
        .. From.AllLots.Select(lot => (lot.Account, Into.SameOf(lot), lot.Points)),
        (From.AccountOf(Term.Plain), Into.AccountOf(Term.Plain), From.AvailablePoints - From.Lots.Sum(lot => lot.Points)),
    ];
}
