using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// What holds for every string of every request, whatever its field: no U+0000, which PostgreSQL cannot store. Bytes that are
/// no UTF-8 never come this far: the message cannot be read.
/// </summary>
internal static class Texts
{
    private const string _nul = "must not have U+0000.";

    // The fields of a message that are strings, or messages that hold some. Found once for each type.
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> _fields = [];

    /// <summary>How many Unicode code points a text has: what the contract calls characters.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                length--;
            }
        }

        return length;
    }

    /// <exception cref="InvalidFieldsException">Strings of the request have what no text may have; all of them are named.</exception>
    public static void Check(IMessage request)
    {
        if (!IsGood(request))
        {
            throw new InvalidFieldsException([.. Faults(request, "")]);
        }
    }

    /// <summary>Whether there is no fault; makes nothing, for nearly no request has one.</summary>
    private static bool IsGood(IMessage message)
    {
        foreach (var field in FieldsOf(message))
        {
            var isGood = field.Accessor.GetValue(message) switch
            {
                string text => IsGood(text),
                IMessage inner => IsGood(inner),
                RepeatedField<string> texts => texts.All(IsGood),
                IEnumerable inner => inner.Cast<IMessage>().All(IsGood),
                _ => true,
            };
            if (!isGood)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsGood(string text) => !text.Contains('\0', StringComparison.Ordinal);

    private static IEnumerable<(string Field, string Problem)> Faults(IMessage message, string path) =>
        from field in FieldsOf(message)
        let value = field.Accessor.GetValue(message)
        from one in field.IsRepeated ? ((IEnumerable)value).Cast<object>() : [value]
        from fault in one switch
        {
            string text => Faults(text, path + field.Name),
            IMessage inner => Faults(inner, $"{path}{field.Name}."),
            _ => [],
        }
        select fault;

    private static IEnumerable<(string Field, string Problem)> Faults(string text, string name)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            yield return (name, _nul);
        }
    }

    private static FieldDescriptor[] FieldsOf(IMessage message) => _fields.GetOrAdd(message.Descriptor, StringsIn);

    private static FieldDescriptor[] StringsIn(MessageDescriptor type) =>
        [.. type.Fields.InDeclarationOrder().Where(field => HoldsStrings(field, []))];

    private static bool HoldsStrings(FieldDescriptor field, HashSet<MessageDescriptor> seen)
    {
        if (field.IsMap)
        {
            throw new NotSupportedException($"{field.FullName} is a map; no request has one.");
        }

        return field.FieldType == FieldType.String
            || (field.FieldType == FieldType.Message && seen.Add(field.MessageType)
                && field.MessageType.Fields.InDeclarationOrder().Any(inner => HoldsStrings(inner, seen)));
    }
}
