namespace CoalitionGateway.Ledger.Consents;

/// <summary>Sets of numbers as they are stored.</summary>
internal static class Numbers
{
    public static IEnumerable<int> Split(string numbers) =>
        numbers.Length == 0 ? [] : numbers.Split(',').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
}
