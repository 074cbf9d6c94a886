using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Contract;

/// <summary>Checks the form of an amount of money. The messages name valid amounts.</summary>
internal static class AmountForm
{
    /// <param name="money">The amount.</param>
    /// <param name="isPaid">Whether the amount is paid, so in minor units of its currency. If false, any micros do.</param>
    /// <returns>The problems, by field; null if there are none.</returns>
    public static (string Below, string Problem)[]? Faults(V1.Money money, bool isPaid)
    {
        var (currency, micros) = (Currency(money.CurrencyCode), Micros(money, isPaid));
        return currency is null && micros is null ? null
            : [.. new[] { (".currency_code", currency), (".micros", micros) }.Where(fault => fault.Item2 is not null).Select(fault => (fault.Item1, fault.Item2!))];
    }

    private static string? Currency(string code)
    {
        if (Currencies.Has(code))
        {
            return null;
        }

        var near = Currencies.Near(code);
        return $"must be the code of an ISO 4217 currency, {(near.Count > 0 ? $"as {string.Join(" or ", near.Take(3))}" : "as GBP")}.";
    }

    private static string? Micros(V1.Money money, bool isPaid)
    {
        if (money.Micros <= 0)
        {
            return isPaid && money.Micros < 0 ? "must be more than 0; a return is recorded with RecordReturn or ReversePurchase." : "must be more than 0.";
        }

        if (money.Micros > Money.MaxMicros)
        {
            return $"must be at most {Money.MaxMicros}.";
        }

        if (!isPaid || Currencies.MinorUnitMicros(money.CurrencyCode) is not { } unit || money.Micros % unit == 0)
        {
            return null;
        }

        var lower = money.Micros / unit * unit;
        return $"is finer than the minor unit of {money.CurrencyCode}, {unit} micros; {(lower > 0 ? $"{lower} or {lower + unit}" : $"{lower + unit}")} would go.";
    }
}
