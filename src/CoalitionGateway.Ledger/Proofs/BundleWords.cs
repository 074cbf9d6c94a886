using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Says in plain English what a bundle proves. Uses proved events only.</summary>
internal static class BundleWords
{
    public static IReadOnlyList<string> Of(
        ProofBundle bundle, Event made, Event? consent, Checkpoint checkpoint, string key,
        Func<string, DataCategory?>? categoryOf)
    {
        var (story, facts) = made switch
        {
            MemberDisclosed disclosed =>
                Disclosed(bundle, disclosed, (ConsentEvent?)consent, path => Field(path, categoryOf)),
            DisclosureRefused refused => Refused(refused),
            ConsentEvent changed => (ConsentStory(changed, bundle.Notice), ConsentFacts(changed)),
            _ => ([Generic(made)], EventFacts.Of(made)),
        };
        const string Unnamed = "The member is known here by a random number alone; "
            + "the proof holds no name and no other value of the profile.";
        return
        [
            .. story,
            .. made.Subject is null ? (string[])[] : [Unnamed],
            "",
            .. facts.Select(fact => $"  {fact}"),
            .. Places(bundle, made, consent, checkpoint, key).Select(fact => $"  {fact}"),
        ];
    }

    private static (string[] Story, string[] Facts) Disclosed(
        ProofBundle bundle, MemberDisclosed disclosed, ConsentEvent? consent, Func<string, string> field)
    {
        var (released, withheld) = (disclosed.Released, disclosed.Withheld);
        string[] story =
        [
            Asked(disclosed.PartnerId, disclosed.Purpose, disclosed.Time),
            released.Count == 0
                ? "It was given nothing of the member's profile."
                : $"It was given, as far as the member had filled it in: {List(released, Short)}.",
            .. withheld.Count == 0 ? (string[])[] : [$"Withheld from it: {List(withheld, Short)}."],
            $"The reason on record: {Words.Of(disclosed.Basis)}.",
            .. consent is null
                ? (string[])["The record names no consent."]
                :
                [
                    "The record names this as the last that had happened to the consent:",
                    .. ConsentStory(consent, bundle.Notice),
                    Between(bundle),
                ],
        ];
        string[] facts =
        [
            "kind: answer to a partner about a member",
            $"purpose: {disclosed.Purpose.Name()}",
            $"partner: {Printable.Value(disclosed.PartnerId.Value)}",
            $"member: {disclosed.MemberId}",
            $"released: {List(released, field)}",
            $"withheld: {List(withheld, field)}",
            $"basis: {Words.Split($"{disclosed.Basis}")}",
            $"time: {Words.Exact(disclosed.Time)}",
            $"event: {disclosed.Id}",
            .. consent is null
                ? (string[])["consent: none"]
                : ConsentFacts(consent).Skip(1).Select(fact => $"consent {fact}"),
        ];
        return (story, facts);
    }

    // The member numbers are part of the tree's leaves, so they are proved and have no gaps.
    private static string Between(ProofBundle bundle)
    {
        var between = bundle.Event.MemberNumber - bundle.Consent!.MemberNumber - 1;
        return between == 0
            ? "Nothing else about this member is on record between the two."
            : $"Between the two, the log has {between} other entr{(between == 1 ? "y" : "ies")} about this member, "
                + "which this file does not show.";
    }

    private static (string[] Story, string[] Facts) Refused(DisclosureRefused refused) => (
        [
            Asked(refused.PartnerId, refused.Purpose, refused.Time),
            refused.ProgrammeId is { } programme
                ? $"It was given nothing: its programme {Words.Quoted(programme.Value)} has no such membership number."
                : "It was given nothing: it has no programme of its own.",
        ],
        [
            "kind: question of a partner that was refused",
            $"purpose: {refused.Purpose.Name()}",
            $"partner: {Printable.Value(refused.PartnerId.Value)}",
            $"time: {Words.Exact(refused.Time)}",
            $"event: {refused.Id}",
        ]);

    private static string Asked(PartnerId partner, Purpose purpose, DateTime time) =>
        $"On {Words.Of(time)} the partner {Words.Quoted(partner.Value)} asked for data about a member, "
        + $"for {Words.Of(purpose)}.";

    private static string[] ConsentStory(ConsentEvent made, NoticeText? shown)
    {
        var consent = made.Consent;
        var happened = new ConsentWords.Happened(
            consent.State, consent.PartnerId.Value, null, consent.Purpose, [.. consent.CategoryList],
            consent.NoticeVersion, consent.NoticeLanguage, made.Time, made.Act?.Time ?? made.Time, made.Act?.Channel,
            made.Act?.GuardianId is not null);
        return shown is null
            ? [ConsentWords.Story(happened)]
            :
            [
                ConsentWords.Story(happened),
                $"The file holds the text of that notice, {shown.Utf8.Length} bytes, "
                    + "and it is the text on record, letter by letter.",
            ];
    }

    private static string[] ConsentFacts(ConsentEvent made)
    {
        var consent = made.Consent;
        var sha256 = Convert.ToHexStringLower(consent.NoticeSha256);
        return
        [
            "kind: what happened to a consent",
            $"state: {Words.Of(consent.State)}",
            $"purpose: {consent.Purpose.Name()}",
            $"partner: {Printable.Value(consent.PartnerId.Value)}",
            $"member: {consent.MemberId}",
            $"categories: {Words.Of(consent.CategoryList)}",
            $"notice: {Words.Notice(consent.NoticeVersion, consent.NoticeLanguage, sha256)}",
            $"caused by: {Words.Of(made.Header.Actor)}",
            $"act time: {Words.Exact(made.Act?.Time ?? made.Time)}",
            $"record time: {Words.Exact(made.Time)}",
            $"event: {made.Id}",
        ];
    }

    private static string Generic(Event made) =>
        $"On {Words.Of(made.Time)} the coalition's gateway put this on record: {Words.Split($"{made.Kind}")}. "
        + $"It was caused by {Words.Of(made.Header.Actor)}.";

    private static IEnumerable<string> Places(
        ProofBundle bundle, Event made, Event? consent, Checkpoint checkpoint, string key)
    {
        var log = Printable.Value(checkpoint.Origin);
        yield return $"place: entry {bundle.Event.LogIndex} of the {checkpoint.Size} of the log {log}, counted from 0";
        if (made.Subject is not null)
        {
            yield return $"place among the member's entries: {bundle.Event.MemberNumber}";
        }

        if (consent is not null)
        {
            var (index, number) = (bundle.Consent!.LogIndex, bundle.Consent.MemberNumber);
            yield return $"place of the consent: entry {index}, {number} of the member's";
        }

        yield return $"signed with: {Printable.Value(key)}";
    }

    private static string Field(string path, Func<string, DataCategory?>? categoryOf) =>
        categoryOf?.Invoke(path) is { } category
            ? $"{Printable.Value(path)} ({Words.Of(category)})"
            : Printable.Value(path);

    /// <summary>The field's own name as words: profile.birth_date becomes birth date.</summary>
    private static string Short(string path) => Printable.Value(path[(path.LastIndexOf('.') + 1)..].Replace('_', ' '));

    private static string List(IReadOnlyList<string> paths, Func<string, string> field) =>
        paths.Count == 0 ? "nothing" : string.Join(", ", paths.Select(field));
}
