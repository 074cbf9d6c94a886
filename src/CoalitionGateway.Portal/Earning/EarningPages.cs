using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Earning;

/// <summary>The page on which a member compares where purchases earn, and chooses.</summary>
internal static class EarningPages
{
    private const string _path = "/earn";

    // In micro-units.
    private const long _usualAmount = 100_000_000;
    private const long _mostAmount = 1_000_000_000_000;

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet(_path, (Visit visit) => Show(visit, null));
        members.MapPost(_path, Choose);
    }

    private static async Task<IResult> Show(Visit visit, Problem? problem)
    {
        var names = await visit.Names();
        var typed = visit.Query("amount");
        var amount = typed.Length == 0 ? _usualAmount : Visit.Micros(typed);
        if (amount is null or < 1 or > _mostAmount)
        {
            problem ??= new Problem("amount", visit.Words.NumberNeeded);
            amount = _usualAmount;
        }

        // The currency in which most programmes count.
        var currency = names.Programmes.Where(one => one.PointValue is not null).GroupBy(one => one.PointValue.CurrencyCode).MaxBy(same => same.Count())?.Key ?? "EUR";
        var asked = new Money { CurrencyCode = currency, Micros = amount.Value };
        CompareEarningResponse? compared = null;
        problem ??= await visit.Try(async () => compared = await visit.Gateway.Earning.CompareEarningAsync(
            new CompareEarningRequest { Amount = asked, Category = visit.Query("category") }, cancellationToken: visit.Cancel));
        compared ??= await visit.Gateway.Earning.CompareEarningAsync(new CompareEarningRequest { Amount = asked }, cancellationToken: visit.Cancel);
        var brands = compared.Earnings.GroupBy(one => one.PartnerId).Select(brand => (brand.Key, (IReadOnlyList<ComparedEarning>)[.. brand])).ToArray();
        return Page.Of<EarnPage, EarnView>(visit, new EarnView(names, asked, typed, visit.Query("category"), brands, problem), HttpMethods.IsPost(visit.Http.Request.Method) ? problem : null);
    }

    private static async Task<IResult> Choose(Visit visit)
    {
        var problem = await visit.Try(async () => await visit.Gateway.Members.ChooseProgrammeAsync(
            new ChooseProgrammeRequest { RequestId = visit.RequestId, PartnerId = visit.Form("brand"), ProgrammeId = visit.Form("programme") }, cancellationToken: visit.Cancel));
        return problem is null ? Visit.Go($"{_path}?done=chosen") : await Show(visit, problem);
    }
}

/// <param name="Asked">The purchase that is compared.</param>
/// <param name="Typed">The amount as the member typed it; empty: the usual one.</param>
/// <param name="Brands">What it would give at each brand, in each programme that the brand gives points of.</param>
public sealed record EarnView(Names Names, Money Asked, string Typed, string Category, IReadOnlyList<(string PartnerId, IReadOnlyList<ComparedEarning> Earnings)> Brands, Problem? Problem);
