using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// All that shows an event to somebody who trusts nobody: the event, the consent that it rests on, the notice that was
/// shown, the proofs, and the signed checkpoint that they lead to. Checked without the gateway and its database.
/// </summary>
/// <param name="Event">What is proved.</param>
/// <param name="Consent">The consent event that a disclosure cites; absent where there is none.</param>
/// <param name="Notice">The notice that the consent cites; absent where there is none.</param>
/// <param name="Checkpoint">The signed note.</param>
/// <param name="VerifierKey">The key that verifies it, as the log names it.</param>
public sealed record ProofBundle(ProvedEntry Event, ProvedEntry? Consent, NoticeText? Notice, string Checkpoint, string VerifierKey)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
    };

    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <exception cref="FormatException">The text is no bundle.</exception>
    public static ProofBundle Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ProofBundle>(json, _json) is { Event: not null, Checkpoint: not null, VerifierKey: not null } bundle
                && bundle.Event.IsWhole && bundle.Consent?.IsWhole != false && bundle.Notice is null or { Version: not null, Language: not null, Text: not null }
                ? bundle
                : throw new FormatException("The bundle lacks an event, its proof, its checkpoint, its key, or a part of its notice.");
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"The bundle is no JSON of its form: {malformed.Message}", malformed);
        }
    }

    /// <summary>What stands against the bundle; nothing where it proves what it says.</summary>
    /// <param name="trustedKey">The log's key, from somebody the reader trusts; null: the bundle's own.</param>
    /// <param name="categoryOf">The category that the contract gives a released field; null: categories are not looked at.</param>
    public IReadOnlyList<string> Check(string? trustedKey = null, Func<string, DataCategory?>? categoryOf = null)
    {
        if (SignedNote.Verify(Checkpoint, trustedKey ?? VerifierKey) is not { } text || Proofs.Checkpoint.Parse(text) is not { } checkpoint)
        {
            return [$"The checkpoint is not signed by {trustedKey ?? VerifierKey}."];
        }

        var problems = new List<string>();
        var made = Included("event", Event, checkpoint, problems);
        var consent = Consent is null ? null : Included("consent", Consent, checkpoint, problems);
        if (made is MemberDisclosed disclosed)
        {
            Rests(disclosed, consent, categoryOf, problems);
        }
        else if (Consent is not null)
        {
            problems.Add("A consent is there, and the event is no disclosure.");
        }

        var cited = NoticeOf(consent ?? made);
        if (cited is null && Notice is not null)
        {
            problems.Add("A notice is there that nothing cites.");
        }

        if (cited is not null && (Notice is null || Notice.Version != cited.Version || Notice.Language != cited.Language
            || !SHA256.HashData(Notice.Utf8).AsSpan().SequenceEqual(cited.TextSha256)))
        {
            problems.Add($"The text is not that of notice {cited.Version} in {cited.Language}, which the consent cites.");
        }

        return problems;
    }

    /// <summary>The notice that a consent was given or withdrawn on.</summary>
    public static NoticeRef? NoticeOf(Event? made) => (made as ConsentEvent)?.Consent.Notice;

    /// <summary>The consent that this event put in force; null where it put none in force.</summary>
    private static Consent? InForceAfter(Event? made) => made is ConsentEvent { Consent: var consent } && consent.State.IsInForce() ? consent : null;

    private static Event? Included(string what, ProvedEntry entry, Checkpoint checkpoint, List<string> problems)
    {
        var leaf = new LogEntry(entry.MemberNumber, entry.Event).LeafHash;
        if (!MerkleTree.Includes(entry.LogIndex, checkpoint.Size, leaf, entry.Hashes, checkpoint.Root))
        {
            problems.Add($"The {what} is not entry {entry.LogIndex} of the log that was signed.");
        }

        try
        {
            return EventCodec.Decode(entry.Event);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or KeyNotFoundException)
        {
            problems.Add($"The {what} cannot be read: {unreadable.Message}");
            return null;
        }
    }

    private void Rests(MemberDisclosed disclosed, Event? consent, Func<string, DataCategory?>? categoryOf, List<string> problems)
    {
        var personal = disclosed.Released.Where(path => categoryOf?.Invoke(path) != DataCategory.None).ToArray();
        if (disclosed.Basis != DisclosureBasis.ConsentInForce && personal.Length > 0)
        {
            problems.Add($"Fields were released without a consent in force: {string.Join(", ", personal)}.");
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
            && Consent!.LogIndex < Event.LogIndex;
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
                .Select(path => $"{path} was released, and the consent does not cover it."));
        }
    }
}

/// <summary>An entry of the log with its way to the root.</summary>
/// <param name="Event">The event's bytes.</param>
public sealed record ProvedEntry(long LogIndex, long MemberNumber, byte[] Event, IReadOnlyList<byte[]> Hashes)
{
    /// <summary>The event in words, made from its bytes; what a file says instead is passed over.</summary>
    public string Says
    {
        get
        {
            try
            {
                var made = EventCodec.Decode(Event);
                return $"{made.Kind} by {made.Header.Actor} at {made.Time:yyyy-MM-dd HH:mm:ss.ffffff}Z";
            }
            catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or KeyNotFoundException)
            {
                return "an event that cannot be read";
            }
        }
    }

    internal bool IsWhole => Event is not null && Hashes is not null && Hashes.All(hash => hash is not null);
}

/// <summary>A notice as it was shown.</summary>
public sealed record NoticeText(string Version, string Language, string Text)
{
    [JsonIgnore]
    public byte[] Utf8 => System.Text.Encoding.UTF8.GetBytes(Text);
}
