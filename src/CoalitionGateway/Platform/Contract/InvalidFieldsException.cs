namespace CoalitionGateway.Platform.Contract;

/// <summary>Fields of a request are missing or malformed, or do not go together; all of them are named.</summary>
internal sealed class InvalidFieldsException(IReadOnlyList<(string Field, string Problem)> violations)
    : Exception(string.Join(" ", violations.Select(violation => $"{violation.Field}: {violation.Problem}")))
{
    public IReadOnlyList<(string Field, string Problem)> Violations { get; } = violations;

    /// <summary>Demands what no field alone can tell: who calls, what else is there, what the others are.</summary>
    /// <exception cref="InvalidFieldsException">Something does not hold; all that does not is named.</exception>
    public static void Unless(params ReadOnlySpan<(bool Holds, string Field, string Problem)> demands)
    {
        List<(string Field, string Problem)>? broken = null;
        foreach (var (holds, field, problem) in demands)
        {
            if (!holds)
            {
                (broken ??= []).Add((field, problem));
            }
        }

        if (broken is not null)
        {
            throw new InvalidFieldsException(broken);
        }
    }
}
