using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;

namespace CoalitionGateway.Privacy;

/// <summary>Writes a member's data as ProtoJSON of the message PersonalData, element by element.</summary>
internal static class PersonalJson
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <param name="record">The member's data.</param>
    /// <param name="view">The view of the log that the document's reader has.</param>
    /// <param name="made">The event that records the making of the document.</param>
    /// <param name="notices">The notices in force.</param>
    public static async IAsyncEnumerable<string> Write(
        PersonalRecord record, LogView view, AuditRead made, NoticesInForce notices, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // The message with all short parts, without its closing brace.
        var head = _json.Format(record.ToWire(made, notices));
        yield return head[..head.LastIndexOf('}')].TrimEnd();
        foreach (var (name, elements) in record.Long(view))
        {
            var isFirst = true;
            await foreach (var element in elements.WithCancellation(cancellation))
            {
                var text = _json.Format(element).ReplaceLineEndings("\n    ");
                yield return isFirst ? $",\n  \"{name}\": [\n    {text}" : $",\n    {text}";
                isFirst = false;
            }

            if (!isFirst)
            {
                yield return "\n  ]";
            }
        }

        yield return "\n}\n";
    }
}
