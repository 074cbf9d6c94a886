using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Earning;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger.Tests.Encoding;
using NoticeText = CoalitionGateway.Ledger.Proofs.NoticeText;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// A log of sixteen entries of the kinds that proofs are about, and the proofs that a gateway would make of it. The log is the
/// same each time, except for the random part of signatures. Known signatures are used again.
/// </summary>
/// <param name="key">Signs the log. It is a private key that everybody knows.</param>
/// <param name="known">Texts that may contain earlier signatures.</param>
internal sealed class SampleLog(ECDsa key, string origin, IEnumerable<string> known)
{
    public const string Origin = "log.coalition.example";
    public const string Notice = "# Sharing your data\n\nYou decide, partner by partner: Åsa's choice is Åsa's.\n";

    private static readonly MemberId _ann = new(Guid.Parse("01900000-0203-7405-8607-08090a0b0ca1"));
    private static readonly MemberId _bo = new(Guid.Parse("01900000-0203-7405-8607-08090a0b0ca2"));
    private static readonly PartnerId _partner = new("beanery");
    private static readonly NoticeRef _notice = new("2026-01", "sv", SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Notice)));
    private static readonly string[] _contact = ["profile.email", "profile.phone_number"];
    private static readonly string[] _others =
        ["profile.display_name", "profile.birth_date", "profile.postal_code", "profile.country_code", "programme_ids"];

    private readonly string[] _known = [.. known];
    private readonly Dictionary<string, string> _signed = [];
    private readonly MerkleTiles _tiles = new(_ => []);
    private readonly List<LogEntry> _entries = [];

    /// <summary>The key of RFC 6979, appendix A.2.5. It is published, so nobody takes it for a secret.</summary>
    public static ECDsa PublishedKey() => KeyOf("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");

    /// <summary>Another key: the forger's.</summary>
    public static ECDsa ForgersKey() => KeyOf("0000000000000000000000000000000000000000000000000000000000000002");

    public string VerifierKey => SignedNote.VerifierKey(origin, key);

    /// <summary>The category of a member's field, as in the contract.</summary>
    public static DataCategory? CategoryOf(string path) => path switch
    {
        "profile.display_name" or "profile.birth_date" => DataCategory.Identity,
        "profile.email" or "profile.phone_number" => DataCategory.Contact,
        "profile.postal_code" or "profile.country_code" => DataCategory.Location,
        "programme_ids" => DataCategory.Relationship,
        _ => null,
    };

    /// <summary>The events: 7 and 9 give consents, 10 and 14 disclose on them, 12 withdraws one, 13 discloses nothing.</summary>
    public static IReadOnlyList<Event> Events()
    {
        var given = new ConsentGiven(Header(7, Caller.Of(_ann)), _ann, _partner, Purpose.Marketing, "4", _notice)
        {
            Act = new ConsentAction("app", "SE", At(7)),
        };
        var others = new ConsentGiven(Header(9, Caller.Of(_bo)), _bo, _partner, Purpose.Marketing, "4", _notice)
        {
            Act = new ConsentAction("api", "", At(9)) { GuardianId = _ann },
        };
        var withdrawn = new ConsentWithdrawn(
            Header(12, Caller.Of(_ann)), _ann, _partner, Purpose.Marketing, "4", _notice, given.Id, given.Time)
        {
            Act = new ConsentAction("phone", "SE", At(12).AddDays(-2)),
        };
        return
        [
            Sample(EventKind.Of<PartnerRegistered>(), 0), Sample(EventKind.Of<ProgrammeCreated>(), 1), Sample(EventKind.Of<AgreementPublished>(), 2),
            Sample(EventKind.Of<RoutePublished>(), 3), Sample(EventKind.Of<PurposesAgreed>(), 4), Sample(EventKind.Of<NoticePublished>(), 5),
            Sample(EventKind.Of<MemberEnrolled>(), 6), given, Sample(EventKind.Of<PurchaseRecorded>(), 8), others,
            Disclosed(10, _ann, _contact, given.Id, DisclosureBasis.ConsentInForce),
            Sample(EventKind.Of<TransferCreated>(), 11), withdrawn,
            Disclosed(13, _ann, [], withdrawn.Id, DisclosureBasis.ConsentWithdrawn),
            Disclosed(14, _bo, _contact, others.Id, DisclosureBasis.ConsentInForce),
            new DisclosureRefused(Header(15, Partner), _partner, Purpose.Analytics, new ProgrammeId("bean-stars")),
        ];
    }

    public SampleLog Add(params IEnumerable<Event> events)
    {
        foreach (var made in events)
        {
            var number = made.Subject is { } subject ? 1 + Subjects().Count(of => of == subject) : 0;
            Add(new LogEntry(number, made.Encode()));
        }

        return this;

        IEnumerable<MemberId?> Subjects() => _entries.Select(entry => EventCodec.Decode(entry.Event).Subject);
    }

    public SampleLog Add(LogEntry entry)
    {
        _tiles.Append(_entries.Count, [entry.LeafHash]);
        _entries.Add(entry);
        return this;
    }

    /// <summary>The signed note over the first entries.</summary>
    public string Checkpoint(int size) => Note(new Checkpoint(origin, size, _tiles.Root(size)).Text);

    /// <summary>The text as a note signed with the key.</summary>
    public string Note(string text) => _signed.TryGetValue(text, out var note)
        ? note
        : _signed[text] = _known.FirstOrDefault(found => SignedNote.Verify(found, VerifierKey) == text)
            ?? SignedNote.Sign(text, origin, key);

    public ProvedEntry Entry(int index, int size) =>
        new(index, _entries[index].MemberNumber, _entries[index].Event, _tiles.ProveInclusion(index, size));

    public ProofBundle Bundle(int index, int size)
    {
        var made = EventCodec.Decode(_entries[index].Event);
        var cited = (made as MemberDisclosed)?.ConsentEventId is { } id
            ? _entries.FindIndex(entry => EventCodec.Decode(entry.Event).Id == id)
            : -1;
        var shown = made is ConsentEvent || cited >= 0 ? new NoticeText(_notice.Version, _notice.Language, Notice) : null;
        return new ProofBundle(Entry(index, size), cited < 0 ? null : Entry(cited, size), shown, Checkpoint(size), VerifierKey);
    }

    public ConsistencyProof Consistency(int from, int to) =>
        new(Checkpoint(from), Checkpoint(to), _tiles.ProveConsistency(from, to), VerifierKey);

    /// <summary>A receipt, in the form that the gateway's ConsentReceipts writes.</summary>
    public string Receipt(int index) => Jws(
        $$"""{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":"{{VerifierKey}}"}""", Record(index).ToJsonString());

    public string Jws(string header, string record)
    {
        var signed = $"{Base64(header)}.{Base64(record)}";
        var bytes = System.Text.Encoding.ASCII.GetBytes(signed);
        return _signed.TryGetValue(signed, out var made)
            ? made
            : _signed[signed] = _known.FirstOrDefault(IsSigned)
                ?? $"{signed}.{Base64Url.EncodeToString(key.SignData(bytes, HashAlgorithmName.SHA256))}";

        bool IsSigned(string found) => found.StartsWith($"{signed}.", StringComparison.Ordinal)
            && found.Split('.') is [_, _, var signature] && Base64Url.IsValid(signature)
            && key.VerifyData(bytes, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256);
    }

    public JsonObject Record(int index)
    {
        var made = (ConsentEvent)EventCodec.Decode(_entries[index].Event);
        return new JsonObject
        {
            ["schema_version"] = "ISO/IEC TS 27560:2023",
            ["record_id"] = made.Id.ToString(),
            ["pii_principal_id"] = made.MemberId.ToString(),
            ["pii_processing"] = new JsonObject
            {
                ["privacy_notice"] = new JsonObject
                {
                    ["version"] = _notice.Version,
                    ["language"] = _notice.Language,
                    ["sha256"] = Convert.ToHexStringLower(_notice.TextSha256),
                    ["title"] = "Sharing your data",
                },
                ["purposes"] = new JsonArray(new JsonObject
                {
                    ["purpose"] = made.Consent.Purpose.Name(),
                    ["purpose_type"] = "https://w3id.org/dpv#DirectMarketing",
                    ["lawful_basis"] = "https://w3id.org/dpv#Consent",
                    ["pii_information"] = new JsonArray(new JsonObject
                    {
                        ["pii_type"] = "contact", ["pii_attribute_id"] = "https://w3id.org/dpv/pd#Contact",
                    }),
                    ["pii_controllers"] = new JsonArray(made.PartnerId.Value),
                    ["withdrawal_method"] = "coalition.gateway.v1.ConsentService/WithdrawConsent",
                    ["storage_conditions"] = "Until the consent ends.",
                    ["jurisdiction"] = made.Act?.Jurisdiction,
                }),
            },
            ["party_identification"] = new JsonArray(
                new JsonObject
                {
                    ["party_id"] = made.PartnerId.Value, ["party_name"] = "The Beänery", ["party_role"] = "pii_controller",
                },
                new JsonObject
                {
                    ["party_id"] = origin,
                    ["party_name"] = "Example Coalition",
                    ["party_contact"] = "privacy@coalition.example",
                    ["party_role"] = "operator",
                }),
            ["event"] = new JsonObject
            {
                ["event_time"] = made.Act!.Time!.Value.ToString("O"),
                ["record_time"] = made.Time.ToString("O"),
                ["event_type"] = "explicit",
                ["event_state"] = made.Consent.State.ToString().ToLowerInvariant(),
                ["entity_id"] = made.Header.Actor.ToString(),
                ["channel"] = made.Act.Channel,
                ["guardian_id"] = made.Act.GuardianId?.ToString(),
            },
        };
    }

    private static Caller Partner => new(CallerKind.Partner, _partner.Value);

    private static string Base64(string text) => Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));

    private static DateTime At(int index) => Clock.FromUnixMicroseconds(1_772_366_400_123_456).AddMinutes(index);

    private static EventHeader Header(int index, Caller actor) => new(
        new EventId(Guid.Parse($"01900000-0203-7405-8607-08090a0b0e{index:x2}")), At(index), actor,
        Guid.Parse($"01900000-0203-7405-8607-08090a0b0f{index:x2}"));

    private static Event Sample(EventKind kind, int index) =>
        EventSamples.All[kind] with { Header = Header(index, EventSamples.All[kind].Header.Actor) };

    private static MemberDisclosed Disclosed(int index, MemberId member, string[] released, EventId consent, DisclosureBasis basis) => new(
        Header(index, Partner), _partner, member, new MembershipId(Guid.Parse("01900000-0203-7405-8607-08090a0b0cb1")),
        Purpose.Marketing, released, [.. _contact.Concat(_others).Except(released)], consent, basis);

    private static ECDsa KeyOf(string scalar) =>
        ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(scalar) });
}
