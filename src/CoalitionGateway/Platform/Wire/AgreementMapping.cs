using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Contract;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Agreements of the contract as the Ledger's terms.</summary>
internal static class AgreementMapping
{
    /// <exception cref="InvalidFieldsException">The agreement has two rates for a currency, or a category twice.</exception>
    public static Terms ToTerms(this V1.Agreement agreement)
    {
        InvalidFieldsException.Unless(
            (IsDistinct(agreement.Rates.Select(rate => rate.Spend.CurrencyCode)), "agreement.rates", "has two rates for one currency; send one."),
            (IsDistinct(agreement.Categories.Select(found => found.Category)), "agreement.categories", "has a category twice; send it once."));
        return new Terms(
            [.. agreement.Rates.Select(rate => new Rate(rate.Points, rate.Spend.ToMoney(), rate.MinimumMicros, rate.WholeSpendOnly)).OrderBy(rate => rate.Spend.CurrencyCode, StringComparer.Ordinal)],
            (Rounding)(int)agreement.Rounding,
            [.. agreement.Categories.Select(found => new CategoryFactor(found.Category, found.FactorPercent)).OrderBy(found => found.Category, StringComparer.Ordinal)],
            agreement.AcceptDays) { AcceptsPoints = agreement.AcceptsPoints };
    }

    public static V1.Rate ToWire(this Rate rate) => new()
    {
        Points = rate.Points,
        Spend = rate.Spend.ToWire(),
        MinimumMicros = rate.MinimumMicros,
        WholeSpendOnly = rate.WholeSpendOnly,
    };

    private static bool IsDistinct(IEnumerable<string> names) => names.GroupBy(name => name, StringComparer.Ordinal).All(group => group.Count() == 1);
}
