using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Proposals;

/// <summary>Reads lists of proposals.</summary>
internal sealed class ProposalReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>Proposals of a kind of caller with their requests, the newest first: their ids are time-ordered.</summary>
    /// <param name="state">The state at <paramref name="now"/>; 0: any.</param>
    /// <param name="after">The last proposal of the page before; null: from the newest.</param>
    public async Task<IReadOnlyList<(Proposal Row, ProposalRequest? Sent)>> Proposals(
        CallerKind kind, ProposalState state, DateTime now, EventId? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var (time, stored) = (Clock.ToUnixMicroseconds(now), (int)state);
        var rows = await context.Set<Proposal>().FromSql(
            $"""
            SELECT * FROM proposal
            WHERE proposer LIKE {$"{Caller.NameOf(kind)}:%"} AND id < {context.Stored(after?.Value ?? Guid.AllBitsSet)}
              AND ({stored} = 0 OR {stored} = CASE WHEN state = {(int)ProposalState.Open} AND expire_time <= {time} THEN {(int)ProposalState.Ended} ELSE state END)
            ORDER BY id DESC LIMIT {count}
            """).ToListAsync(cancellation);
        EventId[] ids = [.. rows.Select(row => row.Id)];
        var sent = await context.Set<ProposalRequest>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellation);
        return [.. rows.Select(row => (row, sent.GetValueOrDefault(row.Id)))];
    }
}
