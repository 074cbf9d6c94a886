using System.Reflection;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Tests.Properties;
using FsCheck;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>Generates values of every type that events contain. A type that is unknown here fails the test.</summary>
internal static class AnyValue
{
    private static readonly DateTime _last = Clock.Truncate(DateTimeOffset.MaxValue);

    /// <summary>Texts with characters of every UTF-8 width, including those that a careless reader gets wrong.</summary>
    public static readonly Gen<string> Text =
        from parts in Gen.ListOf(Gen.Elements(
            "", "a", "0", " ", "\0", "\n", ":", ",", "/", "ß", "Åsa Öhman", "Ωμέγα", "日本語", "🙂", "👩‍👩‍👧", "\uFEFF", "\uFFFD", "e\u0301", "é", new string('x', 300)))
        select string.Concat(parts);

    private static readonly Gen<long> _number = Gen.Frequency(
        (3, Gen.Elements(0, 1, -1, long.MinValue, long.MaxValue, 255, 256, int.MaxValue, int.MinValue, 1L << 32)),
        (3, Sizes.Between(long.MinValue, long.MaxValue)),
        (3, Sizes.Between(0, long.MaxValue)));

    private static readonly Gen<Guid> _uuid = Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), 16).Select(bytes => new Guid(bytes));

    private static readonly Gen<DateTime> _time = Gen.Frequency(
        (1, Gen.Elements(DateTime.UnixEpoch, DateTime.UnixEpoch.AddTicks(-10), Clock.Truncate(DateTimeOffset.MinValue), _last)),
        (4, Sizes.Between(Clock.ToUnixMicroseconds(DateTime.MinValue), Clock.ToUnixMicroseconds(_last)).Select(Clock.FromUnixMicroseconds)));

    private static readonly Gen<Posting> _posting =
        from programme in Text
        from lines in Gen.ListOf(
            from kind in Gen.Elements(Enum.GetValues<AccountKind>())
            from holder in Text
            from points in _number
            select new PostingLine(new AccountRef(kind, new ProgrammeId(programme), holder), points))
        select new Posting(new ProgrammeId(programme), [.. lines]);

    /// <summary>The ledger's event types by kind. The kind is the name of the type.</summary>
    public static readonly IReadOnlyDictionary<EventKind, Type> EventTypes = typeof(Event).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract).ToDictionary(type => EventKind.All.Single(kind => $"{kind}" == type.Name));

    public static Gen<Event> EventOf(EventKind kind) => Made(EventTypes[kind]).Select(made => (Event)made);

    private static Gen<object> Made(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(made => made.GetParameters().Length).First();
        return Gen.CollectToArray(constructor.GetParameters(), Of).Select(values => constructor.Invoke(values));
    }

    private static Gen<object?> Of(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => Boxed(Text),
        var type when type == typeof(long) => Boxed(_number),
        var type when type == typeof(bool) => Boxed(Gen.Elements(true, false)),
        var type when type == typeof(Guid) => Boxed(_uuid),
        var type when type == typeof(DateTime) => Boxed(_time),
        var type when type == typeof(DateTime?) => Gen.Frequency((1, Gen.Constant<object?>(null)), (3, Boxed(_time))),
        var type when type == typeof(byte[]) => Boxed(Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value))),
        var type when type.IsEnum => Values(type),
        var type when type.IsClass && type != typeof(string) && IsOptional(parameter) => Gen.Frequency((1, Gen.Constant<object?>(null)), (3, Boxed(Made(type)))),
        var type when type == typeof(IReadOnlyList<string>) => Boxed(Gen.ArrayOf(Text)),
        var type when type == typeof(IReadOnlyList<Posting>) => Boxed(Gen.ArrayOf(_posting)),
        var type when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => ListOf(type.GetGenericArguments()[0]),
        var type when Nullable.GetUnderlyingType(type) is { } some => Gen.Frequency((1, Gen.Constant<object?>(null)), (3, Boxed(Made(some)))),
        var type when type.Namespace!.StartsWith("CoalitionGateway.Ledger", StringComparison.Ordinal) => Boxed(Made(type)),
        var type => throw new NotSupportedException($"{parameter.Member.DeclaringType}.{parameter.Name} is of a type that no test makes: {type}"),
    };

    private static bool IsOptional(ParameterInfo parameter) =>
        parameter.ParameterType.Namespace!.StartsWith("CoalitionGateway.Ledger", StringComparison.Ordinal)
        && new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;

    private static Gen<object?> Values(Type type) => Gen.Elements(Enum.GetValues(type).Cast<object?>().ToArray());

    private static Gen<object?> ElementOf(Type type) => type switch
    {
        { IsEnum: true } => Values(type),
        _ when type == typeof(long) => Boxed(_number),
        _ when type == typeof(Guid) => Boxed(_uuid),
        _ => Boxed(Made(type)),
    };

    private static Gen<object?> ListOf(Type type) => Gen.ArrayOf(ElementOf(type)).Select(values =>
    {
        var list = Array.CreateInstance(type, values.Length);
        Array.Copy(values, list, values.Length);
        return (object?)list;
    });

    private static Gen<object?> Boxed<T>(Gen<T> values) => values.Select(value => (object?)value);
}
