using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Earning;

/// <summary>A purchase or a return with its event, as its partner may see it.</summary>
/// <param name="Number">The member's number in the partner's own programme; null if there is none any more.</param>
/// <param name="Returns">What returns took of the awards; null if the agreement alone gave plain points.</param>
internal sealed record FoundPurchase(Purchase Row, Event Event, string? Number, AwardReturns? Returns)
{
    /// <summary>The reversals of the purchase, in the order in which they were recorded.</summary>
    public IReadOnlyList<PurchaseReversed> Reversals { get; init; } = [];
}

/// <summary>Reads a partner's purchases and returns.</summary>
internal sealed class EarningReader(IDbContextFactory<LedgerContext> contexts)
{
    private static readonly Dictionary<int, IReadOnlyList<LapsedPart>> _nothingLapsed = [];

    public async Task<FoundPurchase?> Find(PartnerId partner, string reference, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Purchase>().Where(row => row.PartnerId == partner && row.Reference == reference).ToListAsync(cancellation);
        return (await Complete(context, partner, found, cancellation)).SingleOrDefault();
    }

    /// <summary>A page of purchases and returns of a period, the newest first.</summary>
    /// <param name="after">Time and reference of the last one of the page before; null: from the newest.</param>
    public async Task<IReadOnlyList<FoundPurchase>> List(
        PartnerId partner, DateTime from, DateTime until, (DateTime Time, string Reference)? after, int count, CancellationToken cancellation)
    {
        var (first, last) = (Clock.ToUnixMicroseconds(from), Clock.ToUnixMicroseconds(until));
        var (time, reference) = after is { } key ? (Clock.ToUnixMicroseconds(key.Time), key.Reference) : (last, "");
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Purchase>().FromSql(
            $"""
            SELECT * FROM purchase
            WHERE partner_id = {partner.Value} AND purchase_time >= {first} AND purchase_time < {last} AND (purchase_time, reference) < ({time}, {reference})
            ORDER BY purchase_time DESC, reference DESC LIMIT {count}
            """).ToListAsync(cancellation);
        return await Complete(context, partner, found, cancellation);
    }

    private static async Task<IReadOnlyList<FoundPurchase>> Complete(
        LedgerContext context, PartnerId partner, List<Purchase> found, CancellationToken cancellation)
    {
        if (found.Count == 0)
        {
            return [];
        }

        EventId[] ids = [.. found.Select(row => row.EventId)];
        var events = await context.Set<StoredEvent>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => EventCodec.Decode(row.Body), cancellation);
        var home = await context.Set<Programme>().Where(row => row.PartnerId == partner).Select(row => (ProgrammeId?)row.Id).FirstOrDefaultAsync(cancellation);
        var (members, memberships) = (found.Select(row => row.MemberId).Distinct().ToArray(), found.Select(row => row.MembershipId).Distinct().ToArray());
        var numbers = await context.Set<Membership>()
            .Where(row => row.ProgrammeId == home && (members.Contains(row.MemberId) || memberships.Contains(row.Id)))
            .Join(
                context.Set<MembershipNumber>().Where(number => number.IsMain), row => row.MergedIntoId ?? row.Id, number => number.MembershipId,
                (row, number) => new { row.Id, row.MemberId, number.Number })
            .ToListAsync(cancellation);
        ProgrammeId[] programmes = [.. found.Where(row => row.HasAwards).Select(row => row.ProgrammeId).Distinct()];
        var campaigns = programmes.Length == 0 ? [] : await context.Set<Campaign>().Where(row => programmes.Contains(row.ProgrammeId)).ToListAsync(cancellation);
        var paid = await Paid(context, partner, events.Values, cancellation);
        var reversals = await Reversals(context, partner, found, cancellation);
        return
        [
            .. found.Select(row => new FoundPurchase(
                row, events[row.EventId], (numbers.Find(number => number.Id == row.MembershipId) ?? numbers.Find(number => number.MemberId == row.MemberId))?.Number,
                row.HasAwards && events[row.EventId] is PurchaseRecorded made
                    ? new AwardReturns(
                        AwardReturns.WithPaid(made, [.. paid[row.Reference]]), [.. campaigns.Where(campaign => campaign.ProgrammeId == row.ProgrammeId)], _nothingLapsed)
                    {
                        Paid = [.. paid[row.Reference]],
                    }
                    : null)
            {
                Reversals = [.. reversals[row.Reference].OrderBy(made => made.ReturnedMicros)],
            }),
        ];
    }

    /// <summary>What activations of campaigns paid, by the purchase's reference.</summary>
    private static async Task<ILookup<string, WaitingAward>> Paid(LedgerContext context, PartnerId partner, IEnumerable<Event> events, CancellationToken cancellation)
    {
        string[] waited = [.. events.OfType<PurchaseRecorded>().Where(made => made.Awards.Any(award => award.WaitingPoints > 0)).Select(made => made.Reference)];
        var found = waited.Length == 0
            ? []
            : await context.Set<WaitingAward>().Where(row => row.PartnerId == partner && row.PayTime != null && waited.Contains(row.Reference)).ToListAsync(cancellation);
        return found.ToLookup(row => row.Reference, StringComparer.Ordinal);
    }

    /// <summary>The reversals of purchases, by the purchase's reference.</summary>
    private static async Task<ILookup<string, PurchaseReversed>> Reversals(LedgerContext context, PartnerId partner, List<Purchase> found, CancellationToken cancellation)
    {
        string[] returned = [.. found.Where(row => !row.IsReturn && row.ReturnedMicros > 0).Select(row => row.Reference)];
        var bodies = returned.Length == 0
            ? []
            : await context.Set<Reversal>().Where(row => row.PartnerId == partner && returned.Contains(row.PurchaseReference))
                .Join(context.Set<StoredEvent>(), row => row.EventId, stored => stored.Id, (row, stored) => stored.Body).ToListAsync(cancellation);
        return bodies.Select(body => (PurchaseReversed)EventCodec.Decode(body)).ToLookup(made => made.Reference, StringComparer.Ordinal);
    }
}
