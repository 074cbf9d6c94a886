using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Describes an event of a consent in one or two sentences, the same for an event and for a receipt.</summary>
internal static class ConsentWords
{
    /// <param name="PartnerName">The partner's display name; null if it is not proved.</param>
    /// <param name="Channel">The channel of the member's act; null or "api" if the call itself was the act.</param>
    /// <param name="HasGuardian">Whether an adult acted for the member.</param>
    public sealed record Happened(
        ConsentState State, string Partner, string? PartnerName, Purpose Purpose, IReadOnlyList<DataCategory> Categories,
        string NoticeVersion, string NoticeLanguage, DateTime RecordTime, DateTime ActTime, string? Channel, bool HasGuardian);

    public static string Story(Happened it)
    {
        var partner = it.PartnerName is null
            ? $"the partner {Words.Quoted(it.Partner)}"
            : $"the partner {Words.Quoted(it.PartnerName)} ({Printable.Value(it.Partner)})";
        var member = it.HasGuardian ? "an adult who acted for the member" : "the member";
        var given = it.Categories.Count == 0 ? "nothing" : Words.Of(it.Categories);
        var what = it.Categories.Count == 0 ? "" : $" to be given {given}";
        var purpose = Words.Of(it.Purpose);
        var act = (it.State, it.Channel) switch
        {
            // No person acted on the consent: the change follows from a link or a merge of the membership.
            (ConsentState.Withdrawn, "merge") =>
                $"the consent for {partner}{what} for {purpose} ended, since two memberships of the member became one",
            (ConsentState.Renewed, "merge") =>
                $"the consent became narrower, since two memberships of the member became one: {partner} may be given {given} for {purpose}",
            (ConsentState.Withdrawn, "link") =>
                $"the consent for {partner}{what} for {purpose} ended, since the membership went to another member",
            (ConsentState.Requested, "link" or "merge") =>
                $"{member} was asked again for consent for {partner}{what} for {purpose}, since the membership is new to them",
            _ => Act(it.State, partner, member, given, what, purpose),
        };
        var told = it.ActTime == it.RecordTime ? "" : $" It was recorded on {Words.Of(it.RecordTime)}.";
        var notice = $"The notice was version {Words.Quoted(it.NoticeVersion)} in {Words.Language(it.NoticeLanguage)}.";
        return $"On {Words.Of(it.ActTime)} {act}{Words.Channel(it.Channel)}.{told} {notice}";
    }

    private static string Act(ConsentState state, string partner, string member, string given, string what, string purpose) =>
        state switch
        {
            ConsentState.Given => $"{member} gave consent: {partner} may be given {given} for {purpose}",
            ConsentState.Renewed => $"{member} gave consent anew: {partner} may be given {given} for {purpose}",
            ConsentState.Withdrawn => $"{member} took back the consent for {partner}{what} for {purpose}",
            ConsentState.Refused => $"{member} said no: {partner} has no consent for {purpose}",
            ConsentState.Deferred => $"{member} put off the answer: {partner} has no consent for {purpose}",
            ConsentState.Requested => $"{partner} asked for the member's consent{what} for {purpose}",
            ConsentState.Revoked => $"{partner} ended the member's consent{what} for {purpose}",
            var other => $"the consent for {partner}{what} for {purpose} became {Words.Split($"{other}")}",
        };
}
