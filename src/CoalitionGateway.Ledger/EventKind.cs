using System.Collections.Frozen;
using System.Reflection;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>
/// A kind of event, by its number. Each event type declares its kind with <see cref="EventKindAttribute"/>. The numbers
/// are stored and never reused.
/// </summary>
public readonly record struct EventKind(int Number)
{
    /// <summary>All kinds, by number.</summary>
    public static IReadOnlyList<EventKind> All { get; } = [.. EventForm.All.Select(form => form.Kind)];

    /// <summary>The kind of an event's type.</summary>
    public static EventKind Of<TEvent>()
        where TEvent : Event => EventForm.Of(typeof(TEvent)).Kind;

    /// <summary>The name of the event's type, such as TransferCreated.</summary>
    public override string ToString() => EventForm.Find(this)?.Type.Name ?? $"kind {Number}";
}

/// <summary>Declares the kind of an event type.</summary>
/// <param name="number">The stored number. Never reused for another kind.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventKindAttribute(int number) : Attribute
{
    public int Number => number;

    /// <summary>The method of the contract whose request the event answers; null if it answers none.</summary>
    public string? Answers { get; init; }

    /// <summary>
    /// The version in which the event's bytes are written, from 1. The static method Decode reads this version. Each older
    /// version has a method DecodeVersion1, DecodeVersion2 and so on, which returns the event in its current form.
    /// </summary>
    public byte Version { get; init; } = 1;
}

/// <summary>The declarations of an event kind, found once by reflection.</summary>
internal sealed class EventForm
{
    private readonly Func<EventHeader, CanonicalReader, Event>[] _readers;

    /// <summary>All kinds, by number.</summary>
    public static readonly IReadOnlyList<EventForm> All =
    [
        .. typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract)
            .Select(type => new EventForm(type)).OrderBy(form => form.Kind.Number),
    ];

    private static readonly FrozenDictionary<int, EventForm> _byNumber = All.ToFrozenDictionary(form => form.Kind.Number);
    private static readonly FrozenDictionary<Type, EventForm> _byType = All.ToFrozenDictionary(form => form.Type);

    private EventForm(Type type)
    {
        var declared = type.GetCustomAttribute<EventKindAttribute>() ?? throw new InvalidOperationException($"{type} does not say which kind of event it is.");
        (Type, Kind, Version, Answers) = (type, new EventKind(declared.Number), declared.Version, declared.Answers);
        _readers = [.. Enumerable.Range(1, Version).Select(version => Reader(version == Version ? "Decode" : $"DecodeVersion{version}"))];
    }

    public Type Type { get; }

    public EventKind Kind { get; }

    /// <summary>The version in which bytes are written.</summary>
    public byte Version { get; }

    public string? Answers { get; }

    public static EventForm Of(Type type) => _byType[type];

    public static EventForm? Find(EventKind kind) => _byNumber.GetValueOrDefault(kind.Number);

    /// <summary>The reader of a version's bytes; null if there is no such version.</summary>
    public Func<EventHeader, CanonicalReader, Event>? ReaderOf(byte version) => version >= 1 && version <= Version ? _readers[version - 1] : null;

    private Func<EventHeader, CanonicalReader, Event> Reader(string name) =>
        (Type.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public) ?? throw new InvalidOperationException($"{Type} has no method {name}."))
            .CreateDelegate<Func<EventHeader, CanonicalReader, Event>>();
}
