using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>What happened to a consent, as one sentence or two: the same from an event and from a receipt.</summary>
internal static class ConsentWords
{
    /// <param name="PartnerName">As people know the partner; null where that is not proved.</param>
    /// <param name="Channel">Through what the member acted; null or "api" where it was the call itself.</param>
    /// <param name="HasGuardian">Whether an adult acted for the member.</param>
    public sealed record Happened(
        ConsentState State, string Partner, string? PartnerName, Purpose Purpose, IReadOnlyList<DataCategory> Categories, string NoticeVersion,
        string NoticeLanguage, DateTime RecordTime, DateTime ActTime, string? Channel, bool HasGuardian);

    public static string Story(Happened it)
    {
        var partner = it.PartnerName is null ? Words.Quoted(it.Partner) : $"{Words.Quoted(it.PartnerName)} ({Printable.Value(it.Partner)})";
        var member = it.HasGuardian ? "an adult who acted for the member" : "the member";
        var given = it.Categories.Count == 0 ? "use nothing more" : $"be given {Words.Of(it.Categories)}";
        var what = it.Categories.Count == 0 ? "" : $" to be given {Words.Of(it.Categories)}";
        var act = it.State switch
        {
            ConsentState.Given => $"{member} gave consent: the partner {partner} may {given} for {Words.Of(it.Purpose)}",
            ConsentState.Renewed => $"{member} gave consent anew: the partner {partner} may {given} for {Words.Of(it.Purpose)}",
            ConsentState.Withdrawn => $"{member} took back the consent for the partner {partner}{what} for {Words.Of(it.Purpose)}",
            ConsentState.Refused => $"{member} said no: the partner {partner} has no consent for {Words.Of(it.Purpose)}",
            ConsentState.Deferred => $"{member} put off the answer: the partner {partner} has no consent for {Words.Of(it.Purpose)}",
            ConsentState.Requested => $"the partner {partner} asked for the member's consent{what} for {Words.Of(it.Purpose)}",
            ConsentState.Revoked => $"the partner {partner} ended the member's consent{what} for {Words.Of(it.Purpose)}",
            var other => $"the consent for the partner {partner}{what} for {Words.Of(it.Purpose)} became {Words.Split($"{other}")}",
        };
        var told = it.ActTime == it.RecordTime ? "" : $" It was recorded on {Words.Of(it.RecordTime)}.";
        return $"On {Words.Of(it.ActTime)} {act}{Words.Channel(it.Channel)}.{told} The notice was version {Words.Quoted(it.NoticeVersion)} in {Words.Language(it.NoticeLanguage)}.";
    }
}
