using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// What has fallen due in a holder's lots: points that have become usable pay debt and join the points with the same expiry,
/// and points that have expired go to breakage.
/// </summary>
/// <param name="plain">The holder's account of points that never expire.</param>
/// <param name="receivable">The holder's debt; null if the holder has none, as a pool share.</param>
/// <param name="accountOf">The holder's account for points of a term.</param>
/// <param name="end">The time at which all points expire because the member does nothing; null: none.</param>
/// <param name="pause">The time in which no points expire; null: there is none.</param>
internal sealed class LotsSettling(
    AccountRef plain, AccountRef? receivable, Func<Term, AccountRef> accountOf, long plainPoints, long owedPoints, DateTime? end = null, ExpiryPause? pause = null)
{
    /// <summary>The holder's points and debt as they are once all that is due is settled.</summary>
    /// <param name="Due">What is due; null if there is nothing.</param>
    public sealed record Settled(long PlainPoints, long OwedPoints, IReadOnlyList<HeldLot> Lots, IReadOnlyList<HeldLot> Pending, LotsDue? Due);

    public Settled Settle(IReadOnlyList<HeldLot> lots, DateTime now)
    {
        var (left, pending) = (new Dictionary<Term, long>(), new List<HeldLot>());
        var (lines, lapsed, paid) = (new List<PostingLine>(), new List<LapsedPoints>(), 0L);
        var isEnded = end <= now;
        foreach (var lot in lots.OrderBy(lot => (lot.Term.UsableTime ?? DateTime.MinValue, lot.Term.ExpireTime ?? DateTime.MaxValue)))
        {
            var own = ExpiryPause.Later(lot.Term.ExpireTime, pause);
            var expire = isEnded && !(own < end) ? end : own;
            var isExpired = expire <= now;
            if (lot.Term.UsableTime > now && !isExpired)
            {
                pending.Add(lot);
                continue;
            }

            // Points that expire before they can be used pay no debt.
            var (term, points) = (lot.Term.At(now), lot.Points);
            var becameUsable = lot.Term.UsableTime is { } usable && !(expire <= usable);
            if (becameUsable)
            {
                var pays = receivable is null ? 0 : Math.Min(points, owedPoints - paid);
                (points, paid) = (points - pays, paid + pays);
                lines.AddRange(pays > 0 ? [new(receivable!, pays)] : Array.Empty<PostingLine>());
            }

            if (isExpired)
            {
                lines.AddRange([new(lot.Account, -lot.Points), new(AccountRef.Breakage(plain.ProgrammeId), points)]);
                lapsed.Add(new LapsedPoints(term with { UsableTime = null }, points));
                continue;
            }

            if (becameUsable)
            {
                lines.AddRange([new(lot.Account, -lot.Points), new(term.IsPlain ? plain : accountOf(term), points)]);
            }

            left[term] = left.GetValueOrDefault(term) + points;
        }

        var kept = isEnded ? 0 : plainPoints + left.GetValueOrDefault(Term.Plain);
        if (isEnded && plainPoints > 0)
        {
            lines.AddRange([new(plain, -plainPoints), new(AccountRef.Breakage(plain.ProgrammeId), plainPoints)]);
            lapsed.Add(new LapsedPoints(Term.Plain, plainPoints));
        }

        var posting = Posting.Of(plain.ProgrammeId, lines);
        return new Settled(
            kept, owedPoints - paid,
            [.. left.Where(found => !found.Key.IsPlain && found.Value > 0).OrderBy(found => found.Key.ExpireTime).Select(found => new HeldLot(accountOf(found.Key), found.Key, found.Value))],
            pending,
            posting is null && !isEnded ? null : new LotsDue(plain.ProgrammeId, [.. lapsed.Where(part => part.Points > 0)], paid, posting, isEnded));
    }
}

/// <summary>Points of a term that expired.</summary>
public readonly record struct LapsedPoints(Term Term, long Points)
{
    internal static void Encode(Encoding.CanonicalWriter writer, LapsedPoints lapsed)
    {
        lapsed.Term.Encode(writer);
        writer.Number(lapsed.Points);
    }

    internal static LapsedPoints Decode(Encoding.CanonicalReader reader) => new(Term.Decode(reader), reader.Number());
}

/// <summary>What has fallen due and is not posted yet.</summary>
/// <param name="Lapsed">The points that expired, by their term.</param>
/// <param name="PaidPoints">The points that became usable and paid debt.</param>
/// <param name="Posting">Null: the member has no points, and did nothing.</param>
/// <param name="EndsInactivity">Whether all points expired because the member did nothing.</param>
public sealed record LotsDue(ProgrammeId ProgrammeId, IReadOnlyList<LapsedPoints> Lapsed, long PaidPoints, Posting? Posting, bool EndsInactivity)
{
    /// <summary>Asks for the rows that the settling changes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="membership">The membership that the points belong to.</param>
    /// <param name="isInPool">Whether the points are in a pool.</param>
    /// <param name="inactivityEnd">The end of the membership's inactivity; null: there is none.</param>
    public void Need(WorkingState rows, MembershipId membership, bool isInPool, DateTime? inactivityEnd)
    {
        foreach (var line in Posting?.Lines ?? [])
        {
            rows.Find(new Account.Of(line.Account.Id));
        }

        // Lots seldom expire twice, so it is presumed that these did not expire before.
        foreach (var part in Lapsed)
        {
            rows.FindTaken(LapsedLot.KeyOf(ProgrammeId, membership, part.Term, isInPool, EndsInactivity ? inactivityEnd : null));
        }

        if (EndsInactivity)
        {
            rows.FindTaken(new LapsedLot.Of(AccountRef.Points(ProgrammeId, membership).Id, inactivityEnd!.Value));
        }
    }
}
