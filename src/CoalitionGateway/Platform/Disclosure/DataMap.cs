using CoalitionGateway.Platform.Rpc;
using System.Text;
using CoalitionGateway.Platform.Access;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Disclosure;

/// <summary>
/// The flow of personal data through each method, from whom and to whom, by category, as the contract's annotations
/// say. Part of the record of processing (GDPR Art. 30); docs/privacy.md contains it.
/// </summary>
internal static class DataMap
{
    /// <summary>The map as Markdown, with a table for each category.</summary>
    public static string Markdown()
    {
        var flows = MethodRules.Services.SelectMany(service => service.Methods).SelectMany(Flows).ToArray();
        var map = new StringBuilder();
        foreach (var category in Enum.GetValues<V1.DataCategory>().Where(category => category is not (V1.DataCategory.Unspecified or V1.DataCategory.None)))
        {
            map.Append($"### {category}\n\n| method | callers | takes | gives |\n| --- | --- | --- | --- |\n");
            foreach (var method in flows.Where(flow => flow.Category == category).GroupBy(flow => flow.Method))
            {
                var callers = MethodRules.Find($"/{method.Key.Service.FullName}/{method.Key.Name}")?.Callers.Order().Select(Ledger.Caller.NameOf) ?? [];
                map.Append($"| {method.Key.Service.Name}.{method.Key.Name} | {string.Join(", ", callers)} | {Fields(method, isTaken: true)} | {Fields(method, isTaken: false)} |\n");
            }

            map.Append('\n');
        }

        return map.ToString();
    }

    private static string Fields(IEnumerable<Flow> flows, bool isTaken) =>
        string.Join(", ", flows.Where(flow => flow.IsTaken == isTaken).Select(flow => flow.Path));

    private static IEnumerable<Flow> Flows(MethodDescriptor method) =>
    [
        .. Leaves(method.InputType, "", []).Select(leaf => new Flow(method, leaf.Category, leaf.Path, IsTaken: true)),
        .. Leaves(method.OutputType, "", []).Select(leaf => new Flow(method, leaf.Category, leaf.Path, IsTaken: false)),
    ];

    private static IEnumerable<(string Path, V1.DataCategory Category)> Leaves(MessageDescriptor message, string prefix, IReadOnlyList<MessageDescriptor> around)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (!DisclosureGate.IsOwnMessage(field))
            {
                yield return (prefix + field.Name, DisclosureGate.CategoryOf(field));
            }
            else if (!around.Contains(field.MessageType))
            {
                foreach (var leaf in Leaves(field.MessageType, $"{prefix}{field.Name}.", [.. around, message]))
                {
                    yield return leaf;
                }
            }
        }
    }

    private sealed record Flow(MethodDescriptor Method, V1.DataCategory Category, string Path, bool IsTaken);
}
