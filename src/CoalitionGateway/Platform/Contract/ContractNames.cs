namespace CoalitionGateway.Platform.Contract;

/// <summary>The contract's names of the ledger's values.</summary>
internal static class ContractNames
{
    /// <summary>Such as "PURPOSE_ANALYTICS, PURPOSE_MARKETING".</summary>
    public static string Of<TEnum>(IEnumerable<TEnum> values)
        where TEnum : struct, Enum => string.Join(", ", values.Select(value => $"{UpperSnake(typeof(TEnum).Name)}_{UpperSnake(value.ToString())}"));

    private static string UpperSnake(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : char.ToUpperInvariant(letter).ToString()));
}
