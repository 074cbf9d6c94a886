using CoalitionGateway.Client;
using CoalitionGateway.Portal.Words;

namespace CoalitionGateway.Portal.Layout;

/// <summary>What stands in the way of a change, in words for the member.</summary>
/// <param name="Field">The form's field that it is about; empty: the whole form.</param>
/// <param name="Language">The language of the text, if it is not the page's.</param>
public sealed record Problem(string Field, string Text, string? Language = null)
{
    public static Problem Of(GatewayRefusal refusal, PortalWords words) =>
        words.Refusal(refusal) is { } known
            ? new Problem(FieldOf(refusal), known)
            : new Problem(FieldOf(refusal), refusal.Fields is [var only] ? only.Problem : refusal.Message, words.Language.Code == "en" ? null : "en");

    private static string FieldOf(GatewayRefusal refusal) => refusal.Fields.Count > 0 ? refusal.Fields[0].Field : "";
}
