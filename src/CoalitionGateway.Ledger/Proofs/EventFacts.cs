using System.Collections;
using System.Globalization;
using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>The fields of an event of any kind, one on each line. Found by reflection, so that new kinds are covered.</summary>
internal static class EventFacts
{
    // Lists are cut at the length that people still read. The event's bytes hold the whole list.
    private const int _longestList = 50;

    public static string[] Of(Event made) =>
    [
        $"kind: {Words.Split($"{made.Kind}")}",
        .. Fields(made.GetType()).Select(field => $"{Words.Split(field.Name)}: {Value(field.GetValue(made))}"),
        $"caused by: {Words.Of(made.Header.Actor)}",
        $"time: {Words.Exact(made.Time)}",
        $"event: {made.Id}",
    ];

    private static IEnumerable<System.Reflection.PropertyInfo> Fields(Type type) => type.GetProperties()
        .Where(property => property.CanWrite && property.Name != nameof(Event.Header));

    private static string Value(object? value) => value switch
    {
        null => "none",
        string text => Printable.Value(text),
        DateTime time => Words.Exact(time),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        bool flag => flag ? "yes" : "no",
        Enum name => Words.Split($"{name}"),
        Money money => $"{(money.Micros / 1_000_000m).ToString(CultureInfo.InvariantCulture)} {Printable.Value(money.CurrencyCode)}",
        Posting posting => List([.. posting.Lines.Select(line => $"{line.AmountPoints:+0;-0;0} {line.Account.Name}")]),
        IEnumerable list => List([.. list.Cast<object?>()]),
        _ => Printable.Value($"{value}"),
    };

    private static string List(IReadOnlyList<object?> values) => values.Count == 0
        ? "none"
        : string.Join(", ", values.Take(_longestList).Select(Value))
            + (values.Count > _longestList ? $" and {values.Count - _longestList} more" : "");
}
