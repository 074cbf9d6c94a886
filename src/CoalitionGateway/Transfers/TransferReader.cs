using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Transfers;

/// <summary>Reads transfers by the memberships that their points left.</summary>
internal sealed class TransferReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>A member's transfers, latest first. The ids are time-ordered.</summary>
    public async Task<IReadOnlyList<Transfer>> Transfers(
        MemberId member, ProgrammeId? source, EventId? after, int count, CancellationToken cancellation)
    {
        // No id has a letter beyond "z", so "~" sorts after all ids.
        var (from, to) = source is { } only ? (only.Value, only.Value) : ("", "~");
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Transfer>().FromSqlRaw(
            $$"""
            SELECT transfer.* FROM transfer
            WHERE transfer.source_membership_id IN ({{LedgerContext.MembershipsOfMember}})
              AND transfer.source_id BETWEEN {1} AND {2}
              AND transfer.id < {3}
            ORDER BY transfer.id DESC LIMIT {4}
            """, context.Stored(member.Value), from, to, context.Stored(after?.Value ?? Guid.AllBitsSet), count).ToListAsync(cancellation);
    }
}
