using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Governance;

/// <summary>What differs between two requests, field by field, in the contract's own names, and what they are about.</summary>
internal static class FieldChanges
{
    // The caller's, or filled in by the gateway in answers.
    private static readonly HashSet<string> _notChanges = ["request_id", "version", "left_points", "left_count", "activate_time"];

    /// <param name="before">Null: nothing.</param>
    public static IEnumerable<V1.FieldChange> Between(IMessage? before, IMessage after)
    {
        var (old, next) = (Flatten(before), Flatten(after));
        return from field in next.Keys.Concat(old.Keys.Where(field => !next.ContainsKey(field)))
               let change = new V1.FieldChange { Field = field, Before = old.GetValueOrDefault(field, ""), After = next.GetValueOrDefault(field, "") }
               where change.Before != change.After || IsName(field)
               select change;
    }

    /// <summary>Whether a field says what is changed, such as a programme's id. It is shown although it stays.</summary>
    private static bool IsName(string field) => field.EndsWith("_id", StringComparison.Ordinal) && field.Count(letter => letter == '.') <= 1 && !field.Contains('[', StringComparison.Ordinal);

    /// <summary>The fields that are set, with their values as text, in the order of the contract.</summary>
    private static Dictionary<string, string> Flatten(IMessage? message)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (message is not null)
        {
            Add(fields, "", message);
        }

        return fields;
    }

    private static void Add(Dictionary<string, string> fields, string path, IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !_notChanges.Contains(field.Name)))
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (var (i, entry) in ((IList)value).Cast<object>().Index())
                {
                    Add(fields, $"{path}{field.Name}[{i}]", field, entry);
                }
            }
            else
            {
                Add(fields, path + field.Name, field, value);
            }
        }
    }

    private static void Add(Dictionary<string, string> fields, string path, FieldDescriptor field, object? value)
    {
        if (value is Timestamp time)
        {
            fields[path] = time.ToDateTime().ToString("O", CultureInfo.InvariantCulture);
        }
        else if (value is IMessage inner)
        {
            Add(fields, $"{path}.", inner);
        }
        else if (TextOf(field, value) is { Length: > 0 } text)
        {
            fields[path] = text;
        }
    }

    /// <summary>A value as text; empty for the value of a field that is not set.</summary>
    private static string TextOf(FieldDescriptor field, object? value) => field.FieldType switch
    {
        FieldType.Enum => Convert.ToInt32(value, CultureInfo.InvariantCulture) is not 0 and var chosen ? field.EnumType.FindValueByNumber(chosen)?.Name ?? $"{chosen}" : "",
        FieldType.Bool => value is true ? "true" : "",
        FieldType.String => (string)value!,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) is { } number && number != "0" ? number : "",
    };
}
