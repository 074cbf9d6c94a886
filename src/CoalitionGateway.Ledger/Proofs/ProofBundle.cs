using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// Everything that proves an event to a reader who trusts nobody: the event, the consent that it rests on, the notice that
/// was shown, the proofs, and the signed checkpoint to which they lead. It is checked without the gateway and its database.
/// </summary>
/// <param name="Event">The proved event.</param>
/// <param name="Consent">The consent event that a disclosure cites; absent if there is none.</param>
/// <param name="Notice">The notice that the consent cites; absent if there is none.</param>
/// <param name="Checkpoint">The signed note.</param>
/// <param name="VerifierKey">The key that verifies the checkpoint, as the log names it.</param>
public sealed record ProofBundle(ProvedEntry Event, ProvedEntry? Consent, NoticeText? Notice, string Checkpoint, string VerifierKey) : Proof(VerifierKey)
{
    public const string FormatName = "coalition-gateway/bundle/v1";

    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [JsonPropertyOrder(-1)]
    public override string Format => FormatName;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="FormatException">The text is not a bundle.</exception>
    public static ProofBundle Parse(string json) => ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(json)) as ProofBundle
        ?? throw new FormatException("The file is a proof of another kind than a bundle.");

    /// <summary>The notice on which a consent was given or withdrawn.</summary>
    public static NoticeRef? NoticeOf(Event? made) => (made as ConsentEvent)?.Consent.Notice;

    internal static ProofBundle Read(StrictObject members) => new(
        members.Object("event", ProvedEntry.Read), members.OptionalObject("consent", ProvedEntry.Read), members.OptionalObject("notice", NoticeText.Read),
        members.Text("checkpoint"), members.Text("verifier_key"));

    private protected override Verdict CheckWith(string key, Func<string, DataCategory?>? categoryOf)
    {
        var problems = new List<string>();
        if (Proofs.Checkpoint.Open(Checkpoint, key, "The checkpoint", problems) is not { } checkpoint)
        {
            return Verdict.Refused(problems);
        }

        var made = Included("event", Event, checkpoint, problems);
        var consent = Consent is null ? null : Included("consent", Consent, checkpoint, problems);
        if (made is null || (Consent is not null && consent is null))
        {
            // An entry that was never in the log is not examined further.
            return Verdict.Refused(problems);
        }

        if (made is MemberDisclosed disclosed)
        {
            Rests(disclosed, consent, categoryOf, problems);
        }
        else if (Consent is not null)
        {
            problems.Add("A consent is there, and the event is no disclosure.");
        }

        Shown(NoticeOf(consent ?? made), problems);
        return problems.Count > 0 ? Verdict.Refused(problems) : new Verdict([], BundleWords.Of(this, made, consent, checkpoint, key, categoryOf));
    }

    /// <summary>The event of an entry in the log; null if the entry is not in the log or cannot be read.</summary>
    private static Event? Included(string what, ProvedEntry entry, Checkpoint checkpoint, List<string> problems)
    {
        var leaf = new LogEntry(entry.MemberNumber, entry.Event).LeafHash;
        if (!MerkleTree.Includes(entry.LogIndex, checkpoint.Size, leaf, entry.Hashes, checkpoint.Root))
        {
            problems.Add($"The {what} is not entry {entry.LogIndex} of the log that was signed.");
            return null;
        }

        try
        {
            var made = EventCodec.Decode(entry.Event);

            // Categories are parsed inside this try block, so that unreadable ones become a problem of the file.
            _ = made is ConsentEvent { Consent: var after } ? after.CategoryList.ToArray() : [];
            if (made.Subject is null == (entry.MemberNumber == 0))
            {
                return made;
            }

            problems.Add($"The {what} is numbered {entry.MemberNumber} among the entries about its member, which cannot be.");
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or KeyNotFoundException or OverflowException)
        {
            problems.Add($"The {what} is in the log, and cannot be read: {Printable.Value(unreadable.Message)}");
        }

        return null;
    }

    private void Shown(NoticeRef? cited, List<string> problems)
    {
        if (cited is null && Notice is not null)
        {
            problems.Add("A notice is there that nothing cites.");
        }

        if (cited is not null && (Notice is null || Notice.Version != cited.Version || Notice.Language != cited.Language
            || !SHA256.HashData(Notice.Utf8).AsSpan().SequenceEqual(cited.TextSha256)))
        {
            problems.Add($"The text is not that of notice {Printable.Value(cited.Version)} in {Printable.Value(cited.Language)}, which the consent cites.");
        }
    }

    private void Rests(MemberDisclosed disclosed, Event? consent, Func<string, DataCategory?>? categoryOf, List<string> problems)
    {
        var personal = disclosed.Released.Where(path => categoryOf?.Invoke(path) != DataCategory.None).ToArray();
        if (disclosed.Basis != DisclosureBasis.ConsentInForce && personal.Length > 0)
        {
            problems.Add($"Fields were released without a consent in force: {Printable.Value(string.Join(", ", personal))}.");
        }

        if (disclosed.ConsentEventId is null)
        {
            if (Consent is not null || disclosed.Basis == DisclosureBasis.ConsentInForce)
            {
                problems.Add("The disclosure cites no consent, and one is there or said to be in force.");
            }

            return;
        }

        var isCited = consent?.Id == disclosed.ConsentEventId && consent.Subject == disclosed.MemberId && consent.Partner == disclosed.PartnerId
            && Consent!.LogIndex < Event.LogIndex && Consent.MemberNumber < Event.MemberNumber;
        if (!isCited)
        {
            problems.Add($"The consent that the disclosure cites, {disclosed.ConsentEventId}, is not there, or not before it, or not of the same member and partner.");
        }
        else if (disclosed.Basis == DisclosureBasis.ConsentInForce && InForceAfter(consent)?.Purpose != disclosed.Purpose)
        {
            problems.Add("The disclosure says that a consent was in force, and cites none for its purpose.");
        }
        else if (disclosed.Basis == DisclosureBasis.ConsentInForce && categoryOf is not null)
        {
            var consented = InForceAfter(consent)!.CategoryList.ToArray();
            problems.AddRange(personal.Where(path => categoryOf(path) is not { } category || !consented.Contains(category))
                .Select(path => $"{Printable.Value(path)} was released, and the consent does not cover it."));
        }
    }

    /// <summary>The consent that this event put in force; null if the event put none in force.</summary>
    private static Consent? InForceAfter(Event? made) => made is ConsentEvent { Consent: var consent } && consent.State.IsInForce() ? consent : null;
}

/// <summary>An entry of the log with its inclusion proof.</summary>
/// <param name="Event">The event's bytes.</param>
public sealed record ProvedEntry(long LogIndex, long MemberNumber, byte[] Event, IReadOnlyList<byte[]> Hashes)
{
    internal static ProvedEntry Read(StrictObject members) =>
        new(members.Number("log_index"), members.Number("member_number"), members.Bytes("event"), members.Hashes("hashes"));
}

/// <summary>A notice as it was shown.</summary>
public sealed record NoticeText(string Version, string Language, string Text)
{
    [JsonIgnore]
    public byte[] Utf8 => System.Text.Encoding.UTF8.GetBytes(Text);

    internal static NoticeText Read(StrictObject members) => new(members.Text("version"), members.Text("language"), members.Text("text"));
}
