using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CoalitionGateway.Ledger;

/// <summary>
/// Why a rule refused a command. Number and name match the contract's ErrorReason, whose comments explain each reason.
/// The number is stored. Each capability declares its own reasons in its file <c>*Reasons.cs</c>.
/// </summary>
public readonly partial record struct RefusalReason
{
    public static readonly RefusalReason RequestIdReused = Numbered(2);

    private static readonly Lazy<FrozenDictionary<int, RefusalReason>> _all = new(() => typeof(RefusalReason)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (RefusalReason)field.GetValue(null)!).ToFrozenDictionary(reason => reason.Number));

    private RefusalReason(int number, string name) => (Number, Name) = (number, name);

    /// <summary>All reasons, ordered by number.</summary>
    public static IReadOnlyList<RefusalReason> All => [.. _all.Value.Values.OrderBy(reason => reason.Number)];

    public int Number { get; }

    public string Name { get; }

    /// <summary>The reason with a stored number.</summary>
    /// <exception cref="FormatException">There is no reason with this number.</exception>
    public static RefusalReason Of(long number) =>
        number is >= 0 and <= int.MaxValue && _all.Value.TryGetValue((int)number, out var reason) ? reason : throw new FormatException($"{number} is no reason of a refusal.");

    public override string ToString() => Name;

    private static RefusalReason Numbered(int number, [CallerMemberName] string name = "") => new(number, name);
}
