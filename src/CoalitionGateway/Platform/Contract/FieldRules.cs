using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Contract;

/// <summary>
/// Holds requests to the rules that the contract's fields carry (the option <c>rule</c> of annotations.proto): each
/// request before its method runs, and each entry of a stream. No string of any field may have U+0000, which PostgreSQL
/// cannot store. Bytes that are no UTF-8 never come this far: the message cannot be read.
/// </summary>
internal sealed class FieldRules(TimeProvider clock)
{
    private readonly ConcurrentDictionary<MessageDescriptor, FieldCheck[]> _checks = [];

    /// <exception cref="InvalidFieldsException">Fields break their rules; all of them are named.</exception>
    public void Check(IMessage request)
    {
        List<(string Field, string Problem)>? faults = null;
        Check(request, "", ref faults);
        if (faults is not null)
        {
            throw new InvalidFieldsException(faults);
        }
    }

    private void Check(IMessage message, string path, ref List<(string Field, string Problem)>? faults)
    {
        foreach (var check in Of(message.Descriptor))
        {
            var value = check.Field.Accessor.GetValue(message);
            if (check.Faults(value, clock) is { } found)
            {
                (faults ??= []).AddRange(found.Select(fault => (path + check.Field.Name + fault.Below, fault.Problem)));
            }

            if (check.Inner(value) is { } inner)
            {
                Check(inner, $"{path}{check.Field.Name}.", ref faults);
            }
        }
    }

    private FieldCheck[] Of(MessageDescriptor type) =>
        _checks.GetOrAdd(type, static type => [.. type.Fields.InDeclarationOrder().Select(FieldCheck.Of).OfType<FieldCheck>()]);
}
