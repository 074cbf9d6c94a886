using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

/// <summary>What a partner reads: purchases that it recorded, and what a purchase would give.</summary>
internal sealed class PurchaseReadingService(LedgerStore store, EarningReader reader, Paging paging, TimeProvider clock)
{
    private const int _minute = 60;

    public async Task<V1.GetPurchaseResponse> Get(Caller caller, V1.GetPurchaseRequest request, CancellationToken cancellation)
    {
        var found = await reader.Find(caller.PartnerId(), request.PurchaseReference, cancellation)
            ?? throw new RefusedException(ReversePurchase.NotFound(request.PurchaseReference));
        return new V1.GetPurchaseResponse { Purchase = found.ToWire() };
    }

    public async Task<V1.ListPurchasesResponse> List(Caller caller, V1.ListPurchasesRequest request, CancellationToken cancellation)
    {
        var (from, until) = (request.FromTime?.ToTime() ?? DateTime.UnixEpoch, request.UntilTime?.ToTime() ?? Clock.Truncate(DateTimeOffset.MaxValue));
        InvalidFieldsException.Unless((from < until, "until_time", "must be after from_time."));
        var page = paging.Read(request.PageSize, request.PageToken, $"purchases {caller.Id} {from:O} {until:O}");
        var rows = await reader.List(caller.PartnerId(), from, until, After(page.After), page.Size + 1, cancellation);
        var (shown, next) = paging.Cut(page, rows, found => $"{Clock.ToUnixMicroseconds(found.Row.PurchaseTime)} {found.Row.Reference}");
        return new V1.ListPurchasesResponse { Purchases = { shown.Select(found => found.ToWire()) }, NextPageToken = next };
    }

    public async Task<V1.PreviewPurchaseResponse> Preview(Caller caller, V1.PreviewedPurchase purchase, CancellationToken cancellation)
    {
        var (partner, amount, now) = (caller.PartnerId(), purchase.Amount.ToMoney(), Clock.Truncate(clock.GetUtcNow()));
        var details = PurchaseDetailsMapping.Read(
            purchase.Amount,
            new PurchaseDetails(PurchaseDetailsMapping.Read(purchase.Lines), purchase.Shop, "", (SalesChannel)(int)purchase.Channel, purchase.PaidWithPointsMicros), "purchase.");
        var (terms, use) = await store.Read(
            rows =>
            {
                // No purchase has an empty reference.
                var terms = EarningTerms.Find(rows, partner, purchase.MembershipNumber, "", now, now);
                return (terms, EarningUse.Find(rows, terms, partner, amount, now, details, now));
            },
            cancellation);
        if (terms.Refuses(partner, "", "", amount, now, now) is { } refusal)
        {
            throw new RefusedException(refusal.At("purchase"));
        }

        var evaluated = use.Evaluate(terms);
        var points = PointsOf(evaluated, "purchase.amount.micros");
        return new V1.PreviewPurchaseResponse
        {
            ProgrammeId = terms.Earning!.ProgrammeId.Value,
            GivenPoints = points,
            Value = WorthMapping.Worth(points, terms.Programme!.PointValue),
            Awards = { evaluated!.Awards.Select(award => AwardMapping.ToWire(award with { Term = award.Term.At(now) }, 0)) },
        };
    }

    public async Task<V1.CompareEarningResponse> Compare(Caller caller, V1.CompareEarningRequest request, CancellationToken cancellation)
    {
        var (member, amount, now) = (caller.MemberId(), request.Amount.ToMoney(), Clock.Truncate(clock.GetUtcNow()));
        var details = new PurchaseDetails(
            request.Category.Length == 0 ? [] : [new PurchaseLine("", request.Category, PurchaseDetailsMapping.OnePiece, amount.Micros)], "", "", (SalesChannel)(int)request.Channel, 0);
        var found = await store.Read(
            rows => EarningTerms.AllOf(rows, member, now)
                .Select(one => (one.Terms, one.IsChosen, Use: EarningUse.Find(rows, one.Terms, one.Terms.Home!.PartnerId, amount, now, details, now))).ToArray(),
            cancellation);
        return new V1.CompareEarningResponse
        {
            Earnings =
            {
                found.Where(one => one.Terms.Agreement!.Terms.RateFor(amount.CurrencyCode) is not null)
                    .Select(one => one.Terms.ToCompared(one.IsChosen, PointsOf(one.Use.Evaluate(one.Terms), "amount.micros")))
                    .OrderBy(one => one.PartnerId, StringComparer.Ordinal).ThenBy(one => one.Value.CurrencyCode, StringComparer.Ordinal)
                    .ThenByDescending(one => one.Value.Micros).ThenBy(one => one.ProgrammeId, StringComparer.Ordinal),
            },
        };
    }

    /// <exception cref="InvalidFieldsException">The points or the time at which they expire do not fit the reason.</exception>
    public void Check(V1.AwardPointsRequest request)
    {
        var (isOpening, isActivity) = (request.Reason == V1.AwardReason.OpeningBalance, request.ActivityId.Length > 0);
        InvalidFieldsException.Unless(
            (request.AmountPoints > 0 != isActivity, "amount_points", isActivity ? "must be 0: the activity's rule has the points." : "must be 1 to 1000000000000."),
            (!isActivity || request.Reason == V1.AwardReason.Activity, "activity_id", "must be empty: the reason is no activity."),
            (request.ExpireTime is null || isOpening, "expire_time", "must be absent: only an opening balance has a time of its own."),
            (request.ExpireTime is not { } time || (time.Seconds % _minute == 0 && time.Nanos == 0 && time.ToDateTimeOffset() > clock.GetUtcNow()), "expire_time", "must be a whole minute in the future."));
    }

    /// <summary>The points, which a recorded purchase would get too.</summary>
    /// <exception cref="RefusedException">They are too many.</exception>
    private static long PointsOf(Evaluated? evaluated, string field) =>
        evaluated is { Points: <= Points.MaxPerCommand } ? evaluated.Points : throw new RefusedException(ProgrammeRefusals.AmountTooLarge(field));

    private static (DateTime Time, string Reference)? After(string? key) => key?.Split(' ', 2) is [var time, var reference]
        ? (Clock.FromUnixMicroseconds(long.Parse(time, CultureInfo.InvariantCulture)), reference)
        : null;
}
