using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Store;

/// <summary>Reads transfers, through the memberships that they left.</summary>
internal sealed class TransferReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>A member's transfers, the latest first: their ids are time-ordered.</summary>
    public async Task<IReadOnlyList<Transfer>> Transfers(
        MemberId member, ProgrammeId? source, EventId? after, int count, CancellationToken cancellation)
    {
        var (owner, only) = (IdConverters.ToBytes(member.Value), source?.Value);
        var before = after is { } id ? IdConverters.ToBytes(id.Value) : null;
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Transfers.FromSql(
            $"""
            SELECT transfer.* FROM transfer JOIN membership ON membership.id = transfer.source_membership_id
            WHERE membership.member_id = {owner} AND ({only} IS NULL OR transfer.source_id = {only})
              AND ({before} IS NULL OR transfer.id < {before})
            ORDER BY transfer.id DESC LIMIT {count}
            """).ToListAsync(cancellation);
    }
}
