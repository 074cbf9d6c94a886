using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Movements;

/// <summary>Reads the movements of a membership's points from its members' entries of the log, backwards.</summary>
internal sealed class MovementReader(IDbContextFactory<LedgerContext> contexts)
{
    private const int _atOnce = 200;

    // A page may be short, because one call looks at no more entries than this.
    private const int _mostLooked = 4000;

    /// <param name="membership">The membership.</param>
    /// <param name="before">The place from which the page before continued, and the balance there; null: from the newest.</param>
    /// <param name="shows">Whether a movement belongs on the page.</param>
    /// <param name="from">Stops at movements before this time; null: no limit.</param>
    /// <returns>The movements, and the place and balance from which the next page continues; null at the end.</returns>
    public async Task<(IReadOnlyList<Movement> Movements, (long Index, long Balance)? Next)> Read(
        Membership membership, (long Index, long Balance)? before, Func<Movement, bool> shows, DateTime? from, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);

        // The balance must be that of the newest entry.
        await context.BeginSnapshot(cancellation);
        var (index, balance) = before ?? (long.MaxValue, await Balance(context, membership, cancellation));
        var history = await AuditReader.History(context, membership, cancellation);
        MemberId[] members = [.. history.Select(held => held.MemberId).Distinct()];
        var memberships = history.Select(held => held.MembershipId).ToHashSet();
        var covered = await context.Set<StoredCheckpoint>().OrderByDescending(row => row.Size).Select(row => row.Size).FirstOrDefaultAsync(cancellation);
        var found = new List<Movement>();
        for (var looked = 0; looked < _mostLooked;)
        {
            // First the entries that no checkpoint covers yet, then the others, which the member's index has.
            var isCovered = index <= covered;
            var entries = await Entries(context, members, index, isCovered ? null : covered, cancellation);
            foreach (var (made, place) in entries)
            {
                if (made.Time < from)
                {
                    return (found, null);
                }

                index = place;
                if (Movement.Of(made, place, membership.ProgrammeId, memberships) is not { } movement)
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
            if (entries.Count < _atOnce)
            {
                if (isCovered)
                {
                    return (found, null);
                }

                index = covered;
            }
        }

        return (found, (index, balance));
    }

    /// <summary>The entries about some members below an index, the newest first.</summary>
    /// <param name="from">Entries from here on, which the member's index does not have yet; null: the entries that it has.</param>
    private static async Task<IReadOnlyList<(Event Event, long Index)>> Entries(
        LedgerContext context, MemberId[] members, long below, long? from, CancellationToken cancellation)
    {
        var entries = from is { } first
            ? context.Set<StoredEvent>().Where(row => row.LogIndex >= first && row.LogIndex < below && members.Contains(row.MemberId!.Value))
            : context.Set<StoredEvent>().Join(
                context.Set<LogMember>().Where(row => members.Contains(row.MemberId) && row.LogIndex < below),
                row => row.LogIndex, row => row.LogIndex, (row, _) => row);
        var rows = await entries.OrderByDescending(row => row.LogIndex).Take(_atOnce).Select(row => new { row.LogIndex, row.Body }).ToListAsync(cancellation);
        return [.. rows.Select(row => (EventCodec.Decode(row.Body), row.LogIndex))];
    }

    private static async Task<long> Balance(LedgerContext context, Membership membership, CancellationToken cancellation)
    {
        var holder = membership.Id.ToString();
        var lots = await context.Set<Lot>().Where(row => row.Holder == holder).Select(row => row.AccountId).ToListAsync(cancellation);
        Guid[] accounts = [AccountRef.Points(membership.ProgrammeId, membership.Id).Id, .. lots];
        return await context.Set<Account>().Where(row => accounts.Contains(row.Id)).SumAsync(row => row.BalancePoints, cancellation);
    }
}
