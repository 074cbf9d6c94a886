using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Fuzz.Tests.Generating;

/// <summary>
/// The values that exist in the coalition, by the names of the fields that take them. The vocabulary learns from every answer.
/// It must not learn values of the normal load, or the fuzzer would change the load's data with valid calls.
/// </summary>
/// <param name="isForeign">Whether a value belongs to the normal load.</param>
internal sealed class Vocabulary(Func<string, bool> isForeign)
{
    private const int _most = 48;

    // Fields that take the same values. The first name of a row stands for all of them.
    private static readonly string[][] _alike =
    [
        ["programme_id", "programme_ids", "source_programme_id", "destination_programme_id"],
        ["membership_number", "heir_membership_number"],
        ["reference", "purchase_reference", "return_reference"],
        ["page_token", "next_page_token"],
        ["size", "to_size", "from_size", "latest_size", "log_index", "from_log_index"],
        ["language", "notice_language"],
        ["version", "notice_version"],
        ["country_code", "jurisdiction"],
    ];

    private static readonly Dictionary<string, string> _keys = _alike.SelectMany(row => row.Select(name => (name, row[0]))).ToDictionary();

    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _words = new();

    public void Add(string field, string value)
    {
        if (value.Length is 0 or > 8192 || isForeign(value))
        {
            return;
        }

        var words = _words.GetOrAdd(KeyOf(field), _ => new ConcurrentQueue<string>());
        words.Enqueue(value);
        if (words.Count > _most)
        {
            words.TryDequeue(out _);
        }
    }

    public void Learn(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            foreach (var value in Values(message, field))
            {
                switch (value)
                {
                    case Timestamp or Google.Rpc.Status:
                        break;
                    case IMessage nested:
                        Learn(nested);
                        break;
                    case string text:
                        Add(field.Name, text);
                        break;
                    case long number when KeyOf(field.Name) == "size":
                        Add(field.Name, $"{number}");
                        break;
                }
            }
        }
    }

    /// <summary>One of the values of a field; null if none is known.</summary>
    public string? Pick(string field, Random random)
    {
        var key = KeyOf(field);

        // Ids of events also go into fields that take other ids.
        if (key.EndsWith("_id", StringComparison.Ordinal) && random.Next(25) == 0)
        {
            key = random.Next(2) == 0 ? "event_id" : "member_id";
        }

        return _words.TryGetValue(key, out var words) && words.ToArray() is { Length: > 0 } found ? found[random.Next(found.Length)] : null;
    }

    private static string KeyOf(string field) => _keys.GetValueOrDefault(field, field);

    private static IEnumerable<object?> Values(IMessage message, FieldDescriptor field) => field.Accessor.GetValue(message) switch
    {
        null => [],
        System.Collections.IList list => list.Cast<object?>(),
        var value => [value],
    };
}
