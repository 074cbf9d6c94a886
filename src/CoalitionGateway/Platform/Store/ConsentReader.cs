using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>Reads a member's consents.</summary>
internal sealed class ConsentReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <param name="after">Partner and purpose number of the last consent before, with a space between.</param>
    public async Task<IReadOnlyList<Consent>> Consents(MemberId member, string? after, int count, CancellationToken cancellation)
    {
        var (partner, purpose) = after?.Split(' ') is [var first, var second] ? (first, int.Parse(second)) : ("", 0);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Consent>().FromSql(
            $"""
            SELECT * FROM consent WHERE member_id = {context.Stored(member.Value)} AND (partner_id, purpose) > ({partner}, {purpose})
            ORDER BY partner_id, purpose LIMIT {count}
            """).ToListAsync(cancellation);
    }
}
