using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// A receipt for an event of a consent: a compact JWS (RFC 7515), always with ES256, over a record in the form of
/// ISO/IEC TS 27560. The header has only the required members.
/// </summary>
/// <param name="SigningInput">The signed text: the header and the record as base64url, with a dot between them.</param>
/// <param name="Record">The record's bytes.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record ConsentReceipt(string SigningInput, byte[] Record, byte[] Signature, string VerifierKey)
    : Proof(VerifierKey)
{
    public const string Type = "consent-receipt+jwt";
    public const string SchemaVersion = "ISO/IEC TS 27560:2023";

    private const int _signatureLength = 64;
    private const int _mostCategories = 32;
    private const string _where = "The receipt's header";
    private const string _record = "The receipt's record";

    public override string Format => Type;

    /// <summary>The record if the key signed it; null if the key did not, or if the text is not a receipt.</summary>
    public static string? Verify(string receipt, string verifierKey)
    {
        try
        {
            return Parse(receipt) is var read && read.VerifierKey == verifierKey && read.IsSignedBy(verifierKey)
                ? StrictObject.Utf8(read.Record, _record)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a text can be a receipt: it begins like every compact JWS and has only the letters of one.</summary>
    internal static bool IsOfItsShape(string text) => text.StartsWith("ey", StringComparison.Ordinal)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <exception cref="FormatException">The text is not a receipt.</exception>
    internal static ConsentReceipt Parse(string text)
    {
        if (text.Length > ProofFile.MaxBytes || text.Split('.', 4) is not [var header, var record, var signature]
            || Decode(header) is not { } headerBytes || Decode(record) is not { } recordBytes
            || Decode(signature) is not { } signatureBytes)
        {
            throw new FormatException("The receipt is not three parts of base64url with dots between.");
        }

        if (signatureBytes.Length != _signatureLength)
        {
            throw new FormatException(
                $"The receipt's signature has {signatureBytes.Length} bytes; one of ES256 has {_signatureLength}.");
        }

        var key = StrictObject.Read(StrictObject.Utf8(headerBytes, _where), _where, members =>
        {
            members.Constant("alg", "ES256");
            members.Constant("typ", Type);
            return members.Text("verifier_key");
        });
        return new ConsentReceipt($"{header}.{record}", recordBytes, signatureBytes, key);
    }

    private protected override Verdict CheckWith(string key, Func<string, DataCategory?>? categoryOf)
    {
        if (!IsSignedBy(key))
        {
            return Verdict.Refused($"The receipt is not signed by {Printable.Value(key)}.");
        }

        try
        {
            var record = StrictObject.Utf8(Record, _record);
            return new Verdict([], StrictObject.Read(record, _record, members => Say(members, key)));
        }
        catch (FormatException wrong)
        {
            return Verdict.Refused($"The receipt is signed, and cannot be read: {Printable.Value(wrong.Message)}");
        }
    }

    private bool IsSignedBy(string verifierKey)
    {
        using var key = SignedNote.ReadKey(verifierKey);
        return key?.VerifyData(
            System.Text.Encoding.ASCII.GetBytes(SigningInput), Signature, HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation) == true;
    }

    private static string[] Say(StrictObject members, string key)
    {
        members.Constant("schema_version", SchemaVersion);
        var (id, member) = (Uuid(members, "record_id"), Uuid(members, "pii_principal_id"));
        var (notice, processing) = members.Object("pii_processing", ReadProcessing);
        var parties = members.Objects("party_identification", 2, ReadParty);
        var happened = members.Object("event", ReadEvent);
        if (parties is not [{ Role: "pii_controller" } controller, { Role: "operator" } log]
            || controller.Id != processing.Partner || log.Id != key.Split('+')[0])
        {
            throw members.Wrong("party_identification", "must name the partner of the purpose, and the log that signs");
        }

        var it = new ConsentWords.Happened(
            happened.State, processing.Partner, controller.Name, processing.Purpose, processing.Categories,
            notice.Version, notice.Language, happened.RecordTime, happened.ActTime, happened.Channel,
            happened.Guardian is not null);
        return
        [
            ConsentWords.Story(it),
            "The receipt shows that the coalition signed this record. "
                + "It does not show what happened to the consent since.",
            "",
            "  kind: receipt of what happened to a consent",
            $"  state: {Words.Of(it.State)}",
            $"  purpose: {it.Purpose.Name()}",
            $"  partner: {Printable.Value(it.Partner)}, {Printable.Value(controller.Name ?? "without a name")}",
            $"  member: {member}",
            $"  categories: {Words.Of(it.Categories)}",
            $"  notice: {Words.Notice(notice.Version, notice.Language, notice.Sha256)}",
            .. notice.Title is null ? (string[])[] : [$"  title of the notice: {Printable.Value(notice.Title)}"],
            $"  jurisdiction: {Printable.Value(processing.Jurisdiction is { Length: > 0 } country ? country : "none")}",
            $"  caused by: {Printable.Value(happened.Actor)}",
            .. happened.Guardian is null ? (string[])[] : [$"  adult who acted for the member: {happened.Guardian}"],
            $"  act time: {Words.Exact(it.ActTime)}",
            $"  record time: {Words.Exact(it.RecordTime)}",
            $"  event: {id}",
            $"  log: {Printable.Value(log.Id)}",
            $"  operator: {Printable.Value(log.Name ?? "none")}, contact {Printable.Value(log.Contact ?? "none")}",
            $"  signed with: {Printable.Value(key)}",
        ];
    }

    private static (Shown Notice, Processing Processing) ReadProcessing(StrictObject members)
    {
        var notice = members.Object("privacy_notice", static read =>
            new Shown(read.Text("version"), read.Text("language"), Hash(read), read.OptionalText("title")));
        return members.Objects("purposes", 1, ReadPurpose) is [var only]
            ? (notice, only)
            : throw members.Wrong("purposes", "must hold one purpose");
    }

    private static Processing ReadPurpose(StrictObject members)
    {
        var purpose = Named<Purpose>(members, "purpose", static value => value.Name());
        var categories = members.Objects("pii_information", _mostCategories, static read =>
        {
            _ = read.Text("pii_attribute_id");
            return Named<DataCategory>(read, "pii_type", static value => $"{value}".ToLowerInvariant());
        });
        foreach (var told in (string[])["purpose_type", "lawful_basis", "withdrawal_method", "storage_conditions"])
        {
            _ = members.Text(told);
        }

        return members.Texts("pii_controllers", 1) is [var partner]
            ? new Processing(purpose, categories, partner, members.OptionalText("jurisdiction"))
            : throw members.Wrong("pii_controllers", "must hold one partner");
    }

    private static Party ReadParty(StrictObject members) => new(
        members.Text("party_id"), members.OptionalText("party_name"), members.OptionalText("party_contact"),
        members.Text("party_role"));

    private static Happening ReadEvent(StrictObject members)
    {
        members.Constant("event_type", "explicit");
        return new Happening(
            Named<ConsentState>(members, "event_state", static value => $"{value}".ToLowerInvariant()),
            Time(members, "event_time"), Time(members, "record_time"), members.Text("entity_id"),
            members.OptionalText("channel"),
            members.OptionalText("guardian_id") is { } guardian ? ParseUuid(members, "guardian_id", guardian) : null);
    }

    private static string Hash(StrictObject members) =>
        members.Text("sha256") is { Length: 2 * MerkleTree.HashLength } text && text.All(char.IsAsciiHexDigitLower)
        ? text
        : throw members.Wrong("sha256", $"must be {MerkleTree.HashLength} bytes in small hexadecimal digits");

    private static DateTime Time(StrictObject members, string name) =>
        DateTime.TryParseExact(
            members.Text(name), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            && time.Kind == DateTimeKind.Utc
            ? time
            : throw members.Wrong(name, "must be a time in UTC, such as 2026-03-01T12:00:00.1234560Z");

    private static Guid Uuid(StrictObject members, string name) => ParseUuid(members, name, members.Text(name));

    private static Guid ParseUuid(StrictObject members, string name, string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw members.Wrong(name, "must be a UUID");

    private static T Named<T>(StrictObject members, string name, Func<T, string> nameOf)
        where T : struct, Enum
    {
        var text = members.Text(name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (nameOf(value) == text)
            {
                return value;
            }
        }

        throw members.Wrong(name, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(nameOf))}");
    }

    /// <summary>Decodes base64url without padding; null if the text is not the canonical encoding.</summary>
    private static byte[]? Decode(string text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return Base64Url.EncodeToString(bytes) == text ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed record Processing(
        Purpose Purpose, IReadOnlyList<DataCategory> Categories, string Partner, string? Jurisdiction);

    private sealed record Shown(string Version, string Language, string Sha256, string? Title);

    private sealed record Party(string Id, string? Name, string? Contact, string Role);

    private sealed record Happening(
        ConsentState State, DateTime ActTime, DateTime RecordTime, string Actor, string? Channel, Guid? Guardian);
}
