using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Contract;

/// <summary>
/// Checks requests against the rules of the contract's fields (the option <c>rule</c> of annotations.proto): each
/// request before its method runs, and each entry of a stream. No string may have U+0000, which PostgreSQL cannot
/// store. Strings that are not UTF-8 never come this far: their message cannot be read.
/// </summary>
internal sealed class FieldRules(TimeProvider clock)
{
    private readonly ConcurrentDictionary<MessageDescriptor, FieldCheck[]> _checks = [];

    /// <exception cref="InvalidFieldsException">Fields break their rules. The exception names all of them.</exception>
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

            foreach (var (below, inner) in check.Inner(value))
            {
                Check(inner, $"{path}{check.Field.Name}{below}.", ref faults);
            }
        }
    }

    private FieldCheck[] Of(MessageDescriptor type) =>
        _checks.GetOrAdd(type, static type => [.. type.Fields.InDeclarationOrder().Select(FieldCheck.Of).OfType<FieldCheck>()]);
}
