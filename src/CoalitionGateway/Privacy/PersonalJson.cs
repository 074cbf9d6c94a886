using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;

namespace CoalitionGateway.Privacy;

/// <summary>What there is about a member, as ProtoJSON of the message PersonalData, written element by element.</summary>
internal static class PersonalJson
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <param name="record">What there is.</param>
    /// <param name="view">Whose eyes it is for.</param>
    /// <param name="made">The event that records that the document was made.</param>
    /// <param name="notices">What consents rest on.</param>
    public static async IAsyncEnumerable<string> Write(
        PersonalRecord record, LogView view, AuditRead made, NoticesInForce notices, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // The message with all that is short, without the brace that closes it.
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
