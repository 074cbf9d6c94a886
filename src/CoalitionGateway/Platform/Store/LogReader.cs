using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Proofs;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>An entry of the audit log, decoded.</summary>
internal sealed record LoggedEvent(long LogIndex, LogEntry Entry, Event Event);

/// <summary>Reads the audit log, as far as a checkpoint covers it.</summary>
internal sealed class LogReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The checkpoint of a size; without a size, the latest; null if there is none.</summary>
    public async Task<StoredCheckpoint?> Checkpoint(long? size, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<StoredCheckpoint>().Where(row => size == null || row.Size == size).OrderByDescending(row => row.Size).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Entries in order, from index <paramref name="from"/> on, before index <paramref name="size"/>.</summary>
    /// <param name="member">Only entries about this member.</param>
    /// <param name="partner">Only entries about or by this partner.</param>
    /// <param name="shows">Whether the caller may see an event; other entries are left out.</param>
    public async Task<IReadOnlyList<LoggedEvent>> Entries(
        long from, long size, MemberId? member, PartnerId? partner, Func<Event, bool> shows, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var shown = new List<LoggedEvent>();
        for (var next = from; shown.Count < count;)
        {
            var read = await Read(context, next, size, member, partner, count, cancellation);
            shown.AddRange(read.Where(found => shows(found.Event)).Take(count - shown.Count));
            if (read.Count < count)
            {
                break;
            }

            next = read[^1].LogIndex + 1;
        }

        return shown;
    }

    private static async Task<IReadOnlyList<LoggedEvent>> Read(
        LedgerContext context, long from, long size, MemberId? member, PartnerId? partner, int count, CancellationToken cancellation)
    {
        var indexes = member is { } only
            ? context.Set<StoredEvent>().Join(
                context.Set<LogMember>().Where(row => row.MemberId == only && row.LogIndex >= from && row.LogIndex < size),
                row => row.LogIndex, row => row.LogIndex, (row, _) => row)
            : context.Set<StoredEvent>().Where(row => row.LogIndex >= from && row.LogIndex < size);
        var rows = await indexes.Where(row => partner == null || row.PartnerId == partner)
            .OrderBy(row => row.LogIndex).Take(count)
            .Select(row => new { row.Id, row.LogIndex, row.MemberId, row.PartnerId, row.Body, IsVoid = context.Set<VoidedEvent>().Any(found => found.EventId == row.Id) }).ToListAsync(cancellation);
        var members = rows.Where(row => row.MemberId is not null).Select(row => row.MemberId!.Value).Distinct().ToArray();
        var places = rows.Select(row => row.LogIndex).ToArray();
        var numbers = await context.Set<LogMember>().Where(row => members.Contains(row.MemberId) && places.Contains(row.LogIndex))
            .ToDictionaryAsync(row => row.LogIndex, row => row.Number, cancellation);
        return [.. rows.Select(row => Logged(row.LogIndex, numbers.GetValueOrDefault(row.LogIndex), row.Body, row.IsVoid ? VoidEntry.Of(row.Id, row.MemberId, row.PartnerId, row.Body) : null))];
    }

    /// <summary>
    /// The entry of an event; null if there is no such event. Searches by the id, which determines the partition of the
    /// month.
    /// </summary>
    public async Task<LoggedEvent?> Entry(EventId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<StoredEvent>().Where(row => row.Id == id)
            .Select(row => new { row.LogIndex, row.MemberId, row.PartnerId, row.Body, IsVoid = context.Set<VoidedEvent>().Any(found => found.EventId == row.Id) }).FirstOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        var number = found.MemberId is not { } member ? 0 : await context.Set<LogMember>()
            .Where(row => row.MemberId == member && row.LogIndex == found.LogIndex).Select(row => row.Number).FirstOrDefaultAsync(cancellation);
        return Logged(found.LogIndex, number, found.Body, found.IsVoid ? VoidEntry.Of(id, found.MemberId, found.PartnerId, found.Body) : null);
    }

    /// <summary>An entry as the tree holds it. For a void event, this is the entry in the event's place.</summary>
    private static LoggedEvent Logged(long index, long number, byte[] body, VoidEntry? voided) => voided is null
        ? new LoggedEvent(index, new LogEntry(number, body), EventCodec.Decode(body))
        : new LoggedEvent(index, new LogEntry(number, voided.Encode()), voided);

    /// <summary>Runs a query on the tree.</summary>
    public async Task<T> Tree<T>(Func<MerkleTiles, T> ask, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return ask(new MerkleTiles(id => context.Set<LogTile>().Where(row => row.Level == id.Level && row.Number == id.Number).Select(row => row.Hashes).FirstOrDefault() ?? []));
    }
}
