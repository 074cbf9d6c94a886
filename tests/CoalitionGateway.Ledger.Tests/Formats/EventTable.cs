using System.Reflection;
using System.Text;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Tests.Encoding;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// Writes docs/formats/events.md: the fields of every kind of event, taken from the records in the code. <see
/// cref="EventPageTests"/> shows that the bytes have these fields in this order. Its reader knows the page alone.
/// </summary>
internal static class EventTable
{
    private const string _intro =
        """
        # Events as bytes

        Written by a test from the code (`EventPageTests`); do not edit it by hand. [README.md](README.md) says how to write it anew.

        An event is the following, one after the other, with nothing between and nothing behind:

        | field | type | meaning |
        | --- | --- | --- |
        | version | byte | the version of the kind: 1, unless the table "Versions" says otherwise |
        | kind | number | the kind of event: the table below |
        | id | uuid | the event's id |
        | time | time | when the event was decided |
        | actor | text | the caller who caused it: `partner:`, `member:`, `officer:` or `operator:`, and an id |
        | request_id | uuid | the request that caused it |
        | … | | the fields of its kind, in the order of the table below |

        ## Types

        Fields have no tags: their order is their meaning. Bytes that are not of this form are no event.

        | type | bytes |
        | --- | --- |
        | `byte` | one byte |
        | `flag` | one byte: 0 is no, 1 is yes |
        | `number` | 8 bytes, two's complement, big-endian |
        | `text` | a count (4 bytes, big-endian) of bytes, and as many bytes of UTF-8; never normalised |
        | `bytes` | a count (4 bytes, big-endian), and as many bytes |
        | `uuid` | 16 bytes in the order of the UUID's text (RFC 9562) |
        | `time` | a `number`: microseconds since 1970-01-01T00:00:00Z |
        | `T?` | a `flag`; where it is yes, a `T` |
        | `list<T>` | a count (4 bytes, big-endian), and as many `T` |
        | `rest<T>` | a `T` where bytes are left, and nothing where the event ends here |
        | a structure | its fields one after the other: the second table below |
        | a set of values | a `number` that is one of those in the last table; with `:byte` behind its name a `byte` |

        ## Kinds

        """;

    /// <summary>The page.</summary>
    public static string Page()
    {
        var structures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var page = new StringBuilder(_intro).Append("\n| kind | name | fields |\n| --- | --- | --- |\n");
        foreach (var kind in EventKind.All)
        {
            page.Append($"| {kind.Number} | {kind} | {Fields(AnyValue.EventTypes[kind])} |\n");
        }

        page.Append("\n## Versions\n\n| kind | version |\n| --- | --- |\n");
        page.AppendJoin("", EventSamples.All.Values.Where(sample => sample.Encode()[0] != 1).Select(sample => $"| {sample.Kind.Number} | {sample.Encode()[0]} |\n"));
        page.Append("\n## Structures\n\n| structure | fields |\n| --- | --- |\n");
        page.AppendJoin("", structures.Select(found => $"| {found.Key} | {found.Value} |\n"));
        page.Append("\n## Sets of values\n\n| set | values |\n| --- | --- |\n");
        return page.AppendJoin("", values.Select(found => $"| {found.Key} | {found.Value} |\n")).ToString();

        string Fields(Type type) => string.Join(", ", FieldsOf(type).Select(field => $"`{field.Name} {Named(field.Type)}`"));

        string Named(FieldType type)
        {
            if (type.IsOfValues)
            {
                values[type.Name.Split(':')[0]] = string.Join(
                    ", ", Enum.GetValues(type.Type).Cast<object>().Select(value => $"`{Convert.ToInt64(value)} {value}`"));
            }

            if (type.IsStructure)
            {
                structures[type.Name] = Fields(type.Type);
            }

            return type.Inner is null ? type.Name : type.Name.Replace("*", Named(type.Inner), StringComparison.Ordinal);
        }
    }

    /// <summary>The fields of a record, in the order of its constructor. Optional fields are at the end.</summary>
    public static IReadOnlyList<(string Name, FieldType Type, Func<object, object?> Get)> FieldsOf(Type type)
    {
        if (type == typeof(PostingLine))
        {
            // The account's programme is the posting's programme.
            return
            [
                ("account_kind", new FieldType("AccountKind:byte", typeof(AccountKind)), line => ((PostingLine)line).Account.Kind),
                ("holder", new FieldType("text", typeof(string)), line => ((PostingLine)line).Account.Holder),
                ("amount_points", new FieldType("number", typeof(long)), line => ((PostingLine)line).AmountPoints),
            ];
        }

        var made = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First()
            .GetParameters().Where(parameter => parameter.ParameterType != typeof(EventHeader))
            .Select(parameter => type.GetProperty(parameter.Name!)!).ToArray();
        var added = type.GetProperties().Where(property =>
            property.CanWrite && property.Name != nameof(Event.Header) && made.All(known => known.Name != property.Name));
        return
        [
            .. made.Select(property => (Snake(property.Name), FieldType.Of(property), (Func<object, object?>)property.GetValue)),
            .. added.Select(property => (Snake(property.Name), AddedType(type, property), (Func<object, object?>)property.GetValue)),
        ];
    }

    // Fields that were added to an event later come after its first form. They may be absent.
    private static FieldType AddedType(Type type, PropertyInfo property)
    {
        var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsSubclassOf(typeof(Event))
            ? new FieldType("rest<*>", property.PropertyType) { Inner = FieldType.Of(inner) }
            : FieldType.Of(property);
    }

    private static string Snake(string name) => string.Concat(name.Select((letter, i) =>
        $"{(i > 0 && char.IsUpper(letter) ? "_" : "")}{char.ToLowerInvariant(letter)}"));
}

/// <summary>A type as the page names it.</summary>
/// <param name="Name">With * for the inner type, where there is one.</param>
internal sealed record FieldType(string Name, Type Type)
{
    public FieldType? Inner { get; init; }

    /// <summary>Whether it is a set of values.</summary>
    public bool IsOfValues => Type.IsEnum && Inner is null;

    public bool IsStructure => Inner is null && !Type.IsEnum && Name == Type.Name;

    public static FieldType Of(PropertyInfo property)
    {
        var isOptional = !property.PropertyType.IsValueType
            && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        return isOptional
            ? new FieldType("*?", property.PropertyType) { Inner = Of(property.PropertyType) }
            : Of(property.PropertyType);
    }

    public static FieldType Of(Type type) => type switch
    {
        _ when type == typeof(string) => new FieldType("text", type),
        _ when type == typeof(long) => new FieldType("number", type),
        _ when type == typeof(bool) => new FieldType("flag", type),
        _ when type == typeof(Guid) => new FieldType("uuid", type),
        _ when type == typeof(DateTime) => new FieldType("time", type),
        _ when type == typeof(byte[]) => new FieldType("bytes", type),
        _ when Nullable.GetUnderlyingType(type) is { } some => new FieldType("*?", type) { Inner = Of(some) },
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
            new FieldType("list<*>", type) { Inner = Of(type.GetGenericArguments()[0]) },

        // An id is written as its value.
        _ when type.IsValueType && !type.IsEnum && type.GetConstructors().Any(made => made.GetParameters() is [{ Name: "Value" }]) =>
            Of(type.GetProperty("Value")!.PropertyType),
        _ => new FieldType(type.Name, type),
    };
}
