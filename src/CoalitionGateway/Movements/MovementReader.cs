using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Movements;

/// <summary>Reads the movements of a membership's points from its member's entries of the log, backwards.</summary>
internal sealed class MovementReader(IDbContextFactory<LedgerContext> contexts)
{
    private const int _atOnce = 200;

    // A page may be short, because one call looks at no more entries than this.
    private const int _mostLooked = 4000;

    /// <param name="membership">The membership.</param>
    /// <param name="before">The place from which the page before continued, and the balance there; null: from the newest.</param>
    /// <param name="shows">Whether a movement belongs on the page.</param>
    /// <returns>The movements, and the place and balance from which the next page continues; null at the end.</returns>
    public async Task<(IReadOnlyList<Movement> Movements, (long Index, long Balance)? Next)> Read(
        Membership membership, (long Index, long Balance)? before, Func<Movement, bool> shows, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);

        // The balance must be that of the newest entry.
        await context.BeginSnapshot(cancellation);
        var (index, balance) = before ?? (long.MaxValue, await Balance(context, membership, cancellation));
        var (found, looked) = (new List<Movement>(), 0);
        while (true)
        {
            var entries = await Entries(context, membership.MemberId, index, cancellation);
            foreach (var (made, place) in entries)
            {
                index = place;
                if (Movement.Of(made, place, membership.ProgrammeId, membership.Id) is not { } movement)
                {
                    continue;
                }

                if (shows(movement))
                {
                    found.Add(movement with { BalancePoints = balance });
                }

                balance -= movement.Points;
                if (found.Count == count)
                {
                    return (found, (index, balance));
                }
            }

            looked += entries.Count;
            if (entries.Count < _atOnce && index <= await Covered(context, cancellation))
            {
                return (found, null);
            }

            if (looked >= _mostLooked)
            {
                return (found, (index, balance));
            }

            index = entries.Count == 0 ? await Covered(context, cancellation) : index;
        }
    }

    /// <summary>The entries about a member below an index, the newest first: those that no checkpoint covers yet, then the others.</summary>
    private static async Task<IReadOnlyList<(Event Event, long Index)>> Entries(LedgerContext context, MemberId member, long below, CancellationToken cancellation)
    {
        var covered = await Covered(context, cancellation);
        var indexes = below > covered
            ? context.Set<StoredEvent>().Where(row => row.LogIndex >= covered && row.LogIndex < below && row.MemberId == member)
            : context.Set<StoredEvent>().Join(
                context.Set<LogMember>().Where(row => row.MemberId == member && row.LogIndex < below),
                row => row.LogIndex, row => row.LogIndex, (row, _) => row);
        var rows = await indexes.OrderByDescending(row => row.LogIndex).Take(_atOnce).Select(row => new { row.LogIndex, row.Body }).ToListAsync(cancellation);
        return [.. rows.Select(row => (EventCodec.Decode(row.Body), row.LogIndex))];
    }

    private static async Task<long> Covered(LedgerContext context, CancellationToken cancellation) =>
        await context.Set<StoredCheckpoint>().OrderByDescending(row => row.Size).Select(row => row.Size).FirstOrDefaultAsync(cancellation);

    private static async Task<long> Balance(LedgerContext context, Membership membership, CancellationToken cancellation)
    {
        var holder = membership.Id.ToString();
        var lots = await context.Set<Lot>().Where(row => row.Holder == holder).Select(row => row.AccountId).ToListAsync(cancellation);
        Guid[] accounts = [AccountRef.Points(membership.ProgrammeId, membership.Id).Id, .. lots];
        return await context.Set<Account>().Where(row => accounts.Contains(row.Id)).SumAsync(row => row.BalancePoints, cancellation);
    }
}
