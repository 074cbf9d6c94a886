using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// The files of docs/formats/vectors: a proof of each kind and the key, the statements of each proof, and forgeries. Others
/// check their verifiers with these files.
/// </summary>
internal static class Vectors
{
    public const string Folder = "vectors/";
    public const string Forged = "forged.json";
    public const string Expected = "expected.json";
    public const string Key = "log-key.txt";

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<string> Names { get; } =
    [
        "disclosure.json", "withheld.json", "withdrawal.json", "purchase.json", "refused-question.json", "consistency.json",
        "receipt.txt",
    ];

    /// <summary>All files by name. A text is signed again only if it has changed.</summary>
    public static IReadOnlyDictionary<string, string> Files()
    {
        using var key = SampleLog.PublishedKey();
        using var forgers = SampleLog.ForgersKey();
        var known = Texts().ToArray();
        var log = new SampleLog(key, SampleLog.Origin, known).Add(SampleLog.Events());
        var proofs = new Dictionary<string, string>
        {
            ["disclosure.json"] = log.Bundle(10, 16).ToJson() + "\n",
            ["withheld.json"] = log.Bundle(13, 16).ToJson() + "\n",
            ["withdrawal.json"] = log.Bundle(12, 13).ToJson() + "\n",
            ["purchase.json"] = log.Bundle(8, 16).ToJson() + "\n",
            ["refused-question.json"] = log.Bundle(15, 16).ToJson() + "\n",
            ["consistency.json"] = log.Consistency(6, 16).ToJson() + "\n",
            ["receipt.txt"] = log.Receipt(12) + "\n",
        };
        var expected = new JsonObject(proofs
            .Select(proof => KeyValuePair.Create(proof.Key, (JsonNode?)Shown(proof.Value, log.VerifierKey))));
        var forgersLog = new SampleLog(forgers, SampleLog.Origin, known).Add(SampleLog.Events());
        var forged = new JsonArray([.. Forgeries(log, forgersLog, proofs).Select(forgery => (JsonNode)new JsonObject
        {
            ["name"] = forgery.Name, ["refused"] = Refused(forgery.Text, log.VerifierKey), ["file"] = forgery.Text,
        })]);
        return new Dictionary<string, string>(proofs)
        {
            [Key] = log.VerifierKey + "\n",
            [Expected] = expected.ToJsonString(_json) + "\n",
            [Forged] = forged.ToJsonString(_json) + "\n",
        };
    }

    public static Verdict Check(string text, string key) =>
        ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(text)).Check(key, SampleLog.CategoryOf);

    private static JsonObject Shown(string text, string key)
    {
        var shown = new JsonObject();
        if (ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(text)) is ProofBundle bundle)
        {
            var page = new EventPage(EventTable.Page());
            foreach (var (name, entry) in new[] { ("event", bundle.Event), ("consent", bundle.Consent) }.Where(found => found.Item2 is not null))
            {
                shown[name] = page.Read(entry!.Event);
                shown[$"{name}_leaf_hash"] = Convert.ToHexStringLower(new LogEntry(entry.MemberNumber, entry.Event).LeafHash);
            }
        }

        shown["says"] = new JsonArray([.. Check(text, key).Says.Select(line => (JsonNode)line)]);
        return shown;
    }

    private static string Refused(string text, string key)
    {
        try
        {
            return string.Join(' ', Check(text, key).Problems);
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    private static IEnumerable<(string Name, string Text)> Forgeries(SampleLog log, SampleLog forged, Dictionary<string, string> proofs)
    {
        var bundle = log.Bundle(10, 16);
        var entry = bundle.Event;
        yield return ("an event of which one byte is another", Json(bundle with { Event = entry with { Event = [.. entry.Event[..^1], 3] } }));
        yield return ("another place in the log", Json(bundle with { Event = entry with { LogIndex = 11 } }));
        yield return ("another number among the member's entries", Json(bundle with { Event = entry with { MemberNumber = 5 } }));
        yield return ("one hash of the proof is left out", Json(bundle with { Event = entry with { Hashes = [.. entry.Hashes.Skip(1)] } }));
        yield return ("one hash too many", Json(bundle with { Event = entry with { Hashes = [.. entry.Hashes, new byte[32]] } }));
        yield return ("without the consent that is cited", Json(bundle with { Consent = null, Notice = null }));
        yield return ("another member's consent", Json(bundle with { Consent = log.Entry(9, 16) }));
        yield return ("a consent later than the answer", Json(bundle with { Consent = log.Entry(12, 16) }));
        yield return ("another text of the notice", Json(bundle with { Notice = bundle.Notice! with { Text = SampleLog.Notice + " " } }));
        yield return ("the notice in another language", Json(bundle with { Notice = bundle.Notice! with { Language = "en" } }));
        yield return ("a notice that nothing cites", Json(log.Bundle(8, 16) with { Notice = bundle.Notice }));
        yield return ("the checkpoint of a smaller log", Json(bundle with { Checkpoint = log.Checkpoint(15) }));
        yield return ("a checkpoint of which the size is another", Json(bundle with { Checkpoint = Replaced(bundle.Checkpoint, "\n16\n", "\n17\n") }));
        yield return ("a checkpoint with a line that is no signature", Json(bundle with { Checkpoint = bundle.Checkpoint + "\u2014 \n" }));
        yield return ("a log of the forger's own, under the forger's key", Json(forged.Bundle(10, 16)));
        yield return ("a log of the forger's own, under the log's name", Json(forged.Bundle(10, 16) with { VerifierKey = log.VerifierKey }));
        var file = proofs["disclosure.json"];
        yield return ("a sentence of the file's own", Replaced(file, "\"log_index\"", "\"says\": \"nothing was given\", \"log_index\""));
        yield return ("a member that is there twice", Replaced(file, "\"member_number\": 4", "\"member_number\": 4, \"member_number\": 4"));
        yield return ("a place that is a text", Replaced(file, "\"log_index\": 10", "\"log_index\": \"10\""));
        yield return ("something behind the file", file + "{}");
        var grown = log.Consistency(6, 16);
        yield return ("two checkpoints that changed places", Json(grown with { FromCheckpoint = grown.ToCheckpoint, ToCheckpoint = grown.FromCheckpoint }));
        yield return ("an earlier checkpoint that the proof is not of", Json(grown with { FromCheckpoint = log.Checkpoint(5) }));
        yield return ("a log that was rewritten under the forger's key", Json(grown with { ToCheckpoint = forged.Checkpoint(16) }));
        foreach (var (name, header) in Headers)
        {
            yield return (name, log.Jws(Replaced(header, "KEY", log.VerifierKey), log.Record(12).ToJsonString()));
        }

        var (receipt, other) = (log.Receipt(12).Split('.'), log.Receipt(7).Split('.'));
        yield return ("a receipt with another's record", $"{receipt[0]}.{other[1]}.{receipt[2]}");
        yield return ("a receipt without a signature", $"{receipt[0]}.{receipt[1]}.");
        var own = Replaced(Replaced(Headers[0].Header, "none", "ES256"), "KEY", log.VerifierKey);
        yield return ("a receipt of the forger's own", forged.Jws(own, log.Record(12).ToJsonString()));
        yield return ("a checkpoint alone", log.Checkpoint(16));
    }

    private static IReadOnlyList<(string Name, string Header)> Headers { get; } =
    [
        ("a receipt without an algorithm", """{"alg":"none","typ":"consent-receipt+jwt","verifier_key":"KEY"}"""),
        ("a receipt with a shared secret's algorithm", """{"alg":"HS256","typ":"consent-receipt+jwt","verifier_key":"KEY"}"""),
        ("a token of another type", """{"alg":"ES256","typ":"at+jwt","verifier_key":"KEY"}"""),
        ("a receipt with a key id", """{"alg":"ES256","typ":"consent-receipt+jwt","kid":"1","verifier_key":"KEY"}"""),
        ("a receipt with what must be understood", """{"alg":"ES256","typ":"consent-receipt+jwt","crit":["exp"],"exp":1,"verifier_key":"KEY"}"""),
        ("a receipt that names two algorithms", """{"alg":"ES256","alg":"none","typ":"consent-receipt+jwt","verifier_key":"KEY"}"""),
    ];

    private static string Replaced(string text, string from, string to) => text.Replace(from, to, StringComparison.Ordinal);

    private static string Json(ProofBundle bundle) => bundle.ToJson();

    private static string Json(ConsistencyProof proof) => proof.ToJson();

    /// <summary>All texts in the existing files, including all signed texts.</summary>
    private static IEnumerable<string> Texts()
    {
        foreach (var name in Names.Append(Forged))
        {
            var text = DocumentedFile.Read(Folder + name) ?? "";
            yield return text.Trim();
            if (text.StartsWith('{') || text.StartsWith('['))
            {
                foreach (var leaf in Leaves(JsonNode.Parse(text)))
                {
                    yield return leaf;
                }
            }
        }
    }

    private static IEnumerable<string> Leaves(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value)),
        JsonArray list => list.SelectMany(Leaves),
        JsonValue value when value.TryGetValue<string>(out var text) =>
            text.StartsWith("{\n", StringComparison.Ordinal) && TryParse(text) is { } inner ? Leaves(inner) : [text],
        _ => [],
    };

    // A forgery may be invalid JSON.
    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
