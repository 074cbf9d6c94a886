using System.Collections;
using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Tests.Encoding;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>docs/formats/events.md matches the code, and says everything that a reader of events must know.</summary>
public sealed class EventPageTests
{
    public static TheoryData<EventKind> Kinds => [.. EventKind.All];

    [Fact]
    public void EventPage_MatchesTheCode()
    {
        DocumentedFile.Write(() => new Dictionary<string, string> { ["events.md"] = EventTable.Page() });
        DocumentedFile.Check("events.md", EventTable.Page());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EventPage_EachKind_DescribesItsBytes(EventKind kind)
    {
        var page = new EventPage(EventTable.Page());
        foreach (var made in Whole(EventSamples.All[kind]))
        {
            var expected = new JsonObject
            {
                ["kind"] = $"{kind}",
                ["id"] = Value(made.Id),
                ["time"] = Value(made.Time),
                ["actor"] = made.Header.Actor.ToString(),
                ["request_id"] = Value(made.Header.RequestId),
            };
            foreach (var field in EventTable.FieldsOf(made.GetType()))
            {
                expected[field.Name] = Value(field.Get(made));
            }

            var read = page.Read(made.Encode());
            Assert.Equal(expected.ToJsonString(), read.ToJsonString());

            // README.md says: the field member_id names the member that an event is about.
            Assert.Equal(made.Subject?.ToString(), read["member_id"]?.GetValue<string>());
        }
    }

    [Fact]
    public void FormatsPage_NamesEveryCategoryByItsNumber()
    {
        var page = DocumentedFile.Read("README.md")!;
        Assert.All(
            Enum.GetValues<DataCategory>(),
            category => Assert.Contains($"`{(int)category} {$"{category}".ToLowerInvariant()}`", page, StringComparison.Ordinal));
    }

    /// <summary>The sample, and variants of it with the optional parts.</summary>
    private static IEnumerable<Event> Whole(Event sample) => sample is ConsentEvent consent
        ?
        [
            sample,
            consent with { Act = new ConsentAction("paper", "SE", DateTime.UnixEpoch) },
            consent with { Act = new ConsentAction("app", "", null) { GuardianId = consent.MemberId } },
        ]
        : [sample];

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        long number => number,
        Guid id => $"{id}",
        DateTime time => Clock.ToUnixMicroseconds(time),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Enum name => $"{name}",
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Value)]),
        _ when value.GetType().GetProperty("Value") is { } inner && value.GetType().IsValueType => Value(inner.GetValue(value)),
        _ => new JsonObject(EventTable.FieldsOf(value.GetType())
            .Select(field => KeyValuePair.Create(field.Name, Value(field.Get(value))))),
    };
}
