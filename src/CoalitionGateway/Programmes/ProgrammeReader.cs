using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Programmes;

/// <summary>Reads programmes, agreements and routes.</summary>
internal sealed class ProgrammeReader(IDbContextFactory<LedgerContext> contexts)
{
    public async Task<IReadOnlyList<Programme>> Programmes(string? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Programme>()
            .FromSql($"SELECT * FROM programme WHERE id > {after ?? ""} ORDER BY id LIMIT {count}")
            .ToListAsync(cancellation);
    }

    public async Task<Programme?> Programme(ProgrammeId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Programme>().FirstOrDefaultAsync(row => row.Id == id, cancellation);
    }

    public async Task<IReadOnlyList<(Partner Partner, AgreedPurposes? Agreed)>> Partners(string? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Partner>().FromSql($"SELECT * FROM partner WHERE id > {after ?? ""} ORDER BY id LIMIT {count}").ToListAsync(cancellation);
        var ids = found.Select(row => row.Id).ToArray();
        var agreed = await context.Set<AgreedPurposes>().Where(row => ids.Contains(row.PartnerId)).ToDictionaryAsync(row => row.PartnerId, cancellation);
        return [.. found.Select(row => (row, agreed.GetValueOrDefault(row.Id)))];
    }

    public async Task<IReadOnlyList<Agreement>> Agreements(ProgrammeId id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Agreement>().Where(row => row.ProgrammeId == id).OrderBy(row => row.PartnerId).ThenBy(row => row.Version).ToListAsync(cancellation);
    }

    /// <summary>Versions of a programme's agreements, in the order of the brands, of each the newest first.</summary>
    /// <param name="partner">Only this brand's; null: all.</param>
    /// <param name="after">Brand and version of the last one on the previous page, separated by a space.</param>
    public async Task<IReadOnlyList<Agreement>> Versions(ProgrammeId id, PartnerId? partner, string? after, int count, CancellationToken cancellation)
    {
        var (from, to) = partner is { } only ? (only.Value, only.Value) : ("", "~");
        var (brand, version) = after?.Split(' ') is [var first, var second] ? (first, long.Parse(second, CultureInfo.InvariantCulture)) : ("", 0);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Agreement>().FromSql(
            $"""
            SELECT * FROM agreement
            WHERE programme_id = {id.Value} AND partner_id BETWEEN {from} AND {to} AND (partner_id > {brand} OR (partner_id = {brand} AND version < {version}))
            ORDER BY partner_id, version DESC LIMIT {count}
            """).ToListAsync(cancellation);
    }

    /// <param name="after">Source and destination of the last route on the previous page, separated by a space.</param>
    public async Task<IReadOnlyList<Ledger.Programmes.Route>> Routes(ProgrammeId? source, string? after, int count, CancellationToken cancellation)
    {
        // No id has a letter beyond "z", so "~" sorts after all ids.
        var (from, to) = source is { } only ? (only.Value, only.Value) : ("", "~");
        var (afterSource, afterDestination) = after?.Split(' ') is [var first, var second] ? (first, second) : ("", "");
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<Ledger.Programmes.Route>().FromSql(
            $"""
            SELECT * FROM route
            WHERE source_id BETWEEN {from} AND {to} AND (source_id, destination_id) > ({afterSource}, {afterDestination})
            ORDER BY source_id, destination_id LIMIT {count}
            """).ToListAsync(cancellation);
    }
}
