namespace CoalitionGateway.Ledger.Consents;

/// <summary>Reads stored sets of numbers.</summary>
internal static class Numbers
{
    public static IEnumerable<int> Split(string numbers) =>
        numbers.Length == 0 ? [] : numbers.Split(',').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
}
