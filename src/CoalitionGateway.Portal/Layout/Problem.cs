using CoalitionGateway.Client;
using CoalitionGateway.Portal.Words;

namespace CoalitionGateway.Portal.Layout;

/// <summary>What stands in the way of a change, in words for the member.</summary>
/// <param name="Field">The form's field that it is about; empty: the whole form.</param>
/// <param name="Language">The language of the text, if it is not the page's.</param>
public sealed record Problem(string Field, string Text, string? Language = null)
{
    /// <summary>All fields that it is about.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [Field];

    public static Problem Of(GatewayRefusal refusal, PortalWords words)
    {
        var fields = refusal.Fields.Select(one => one.Field).DefaultIfEmpty("").ToArray();
        if (words.Refusal(refusal) is { } known)
        {
            return new Problem(fields[0], known) { Fields = fields };
        }

        // What is wrong with a field, its hint says. The gateway's own words are for engineers.
        return refusal.Fields.Count > 0
            ? new Problem(fields[0], words.CheckField) { Fields = fields }
            : new Problem(fields[0], refusal.Message, words.Language.Code == "en" ? null : "en") { Fields = fields };
    }

    /// <summary>Whether it is about a field, by the field's name in the form.</summary>
    public bool IsOf(string field) => Fields.Any(one => one == field || one.EndsWith($".{field}", StringComparison.Ordinal));
}
