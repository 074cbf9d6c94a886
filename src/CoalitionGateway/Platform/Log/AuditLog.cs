using System.Runtime.CompilerServices;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Log;

/// <summary>The audit log as callers ask for it: entries, checkpoints and proofs.</summary>
internal sealed class AuditLog(LogReader reader, LogSigner signer)
{
    private const int _atOnce = 200;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The key that verifies the checkpoints.</summary>
    public string VerifierKey => signer.VerifierKey;

    /// <summary>The checkpoint of a size; 0: the latest.</summary>
    /// <exception cref="RefusedException">There is no such checkpoint.</exception>
    public async Task<StoredCheckpoint> Checkpoint(long size, CancellationToken cancellation, string field = "size")
    {
        if (await reader.Checkpoint(size == 0 ? null : size, cancellation) is { } found)
        {
            return found;
        }

        var latest = (await reader.Checkpoint(null, cancellation))?.Size ?? 0;
        throw NoCheckpoint(size, latest, field);
    }

    /// <param name="latest">The size of the latest checkpoint; 0: there is none yet.</param>
    public static RefusedException NoCheckpoint(long size, long latest, string field) => new(
        new Refusal(
            RefusalReason.CheckpointNotFound,
            latest == 0 ? "The log has no checkpoint yet; the first comes with the first event." : $"There is no checkpoint of {size} entries; the latest is of {latest}.", field)
            .With("size", size).With("latest_size", latest));

    /// <summary>Entries from an index on that the latest checkpoint covers.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> Entries(LogView view, long from, int count, CancellationToken cancellation) =>
        await reader.Checkpoint(null, cancellation) is { } latest
            ? await reader.Entries(from, latest.Size, view.MemberId, view.PartnerId, view.Shows, count, cancellation)
            : [];

    /// <summary>Whether the latest checkpoint covers an event.</summary>
    public async Task<bool> Covers(EventId id, CancellationToken cancellation) =>
        await reader.Entry(id, cancellation) is { } found && await reader.Checkpoint(null, cancellation) is { } latest && latest.Size > found.LogIndex;

    /// <summary>Entries from an index on, and then new entries as they come.</summary>
    public async IAsyncEnumerable<LoggedEvent> Watch(LogView view, long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = from; ;)
        {
            var covered = (await reader.Checkpoint(null, cancellation))?.Size ?? 0;
            var found = covered > next ? await reader.Entries(next, covered, view.MemberId, view.PartnerId, view.Shows, _atOnce, cancellation) : [];
            foreach (var entry in found)
            {
                yield return entry;
            }

            next = found.Count == _atOnce ? found[^1].LogIndex + 1 : Math.Max(next, covered);
            if (found.Count < _atOnce)
            {
                await Task.Delay(_pause, cancellation);
            }
        }
    }

    /// <exception cref="RefusedException">There is no such event for the caller, or not yet in a tree of this size.</exception>
    public async Task<(LoggedEvent Found, IReadOnlyList<byte[]> Hashes)> ProveInclusion(LogView view, EventId id, long size, CancellationToken cancellation)
    {
        if (await reader.Entry(id, cancellation) is not { } found || !view.Shows(found.Event))
        {
            throw new RefusedException(new Refusal(RefusalReason.EventNotFound, $"There is no event {id} for you; ListEvents shows those there are.", "event_id").With("event_id", id.ToString()));
        }

        if (found.LogIndex >= size)
        {
            throw new RefusedException(
                new Refusal(RefusalReason.EventNotCovered, $"The checkpoint of {size} entries is older than the event; the latest covers it within two seconds.", "size")
                    .With("log_index", found.LogIndex).With("size", size));
        }

        return (found, await reader.Tree(tree => tree.ProveInclusion(found.LogIndex, size), cancellation));
    }

    public Task<IReadOnlyList<byte[]>> ProveConsistency(long from, long to, CancellationToken cancellation) =>
        reader.Tree(tree => tree.ProveConsistency(from, to), cancellation);
}
