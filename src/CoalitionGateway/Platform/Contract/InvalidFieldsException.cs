namespace CoalitionGateway.Platform.Contract;

/// <summary>Fields of a request are missing, malformed or inconsistent. The exception names all of them.</summary>
internal sealed class InvalidFieldsException(IReadOnlyList<(string Field, string Problem)> violations)
    : Exception(string.Join(" ", violations.Select(violation => $"{violation.Field}: {violation.Problem}")))
{
    public IReadOnlyList<(string Field, string Problem)> Violations { get; } = violations;

    /// <summary>Checks demands that no single field can decide: about the caller, or about several fields together.</summary>
    /// <exception cref="InvalidFieldsException">Some demands do not hold. The exception names all of them.</exception>
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
