using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Pools;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>Reads which pools a member is in.</summary>
internal sealed class PoolReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The pools that a member is in or invited to, the latest first: their ids are time-ordered.</summary>
    public async Task<IReadOnlyList<PoolId>> Pools(MemberId member, PoolId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var rows = await context.Set<Participant>().FromSql(
            $"""
            SELECT participant.* FROM participant JOIN membership ON membership.id = participant.membership_id
            WHERE membership.member_id = {context.Stored(member.Value)} AND participant.pool_id < {context.Stored(after?.Value ?? Guid.AllBitsSet)}
            ORDER BY participant.pool_id DESC LIMIT {count}
            """).ToListAsync(cancellation);
        return [.. rows.Select(row => row.PoolId)];
    }
}
