using System.Buffers.Text;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger.Tests.Formats;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>
/// Altered proofs. Each one is refused with a sentence that says why, or means the same as a genuine proof (JSON white space).
/// No proof causes any other exception than the one for an invalid proof.
/// </summary>
public sealed class ForgedProofsTests : IDisposable
{
    private readonly ECDsa _key = SampleLog.PublishedKey();
    private readonly ECDsa _forgers = SampleLog.ForgersKey();
    private readonly SampleLog _log;
    private readonly string[] _genuine;
    private readonly HashSet<string> _meanings;

    public ForgedProofsTests()
    {
        _log = new SampleLog(_key, SampleLog.Origin, []).Add(SampleLog.Events());
        _genuine =
        [
            .. new[] { (10, 16), (13, 16), (14, 16), (7, 16), (12, 13), (8, 16), (15, 16), (0, 1), (10, 11) }
                .Select(at => _log.Bundle(at.Item1, at.Item2).ToJson()),
            .. new[] { (5, 16), (8, 16), (8, 13), (16, 16), (1, 2) }
                .Select(at => _log.Consistency(at.Item1, at.Item2).ToJson()),
            _log.Receipt(7), _log.Receipt(9), _log.Receipt(12),
        ];
        _meanings = [.. _genuine.Select(text => Meaning(Read(text)))];
    }

    public void Dispose()
    {
        _key.Dispose();
        _forgers.Dispose();
    }

    [Fact]
    public void Check_GenuineProofs_HoldAndSayWhatTheyProve() => Assert.All(_genuine, text =>
    {
        var verdict = Read(text).Check(_log.VerifierKey, SampleLog.CategoryOf);
        Assert.Empty(verdict.Problems);
        Assert.NotEmpty(verdict.Says);
    });

    public static TheoryData<string> Bends => [.. Bending.All.Keys];

    [Theory]
    [MemberData(nameof(Bends))]
    public void Check_AlteredProof_IsRefusedWithASentence(string bend)
    {
        var chance = new Random(Properties.Sizes.Soaks ? Environment.TickCount : 20260301);
        var bent = 0;
        for (var i = 0; i < (Properties.Sizes.Soaks ? 20_000 : 400); i++)
        {
            var proof = _genuine[chance.Next(_genuine.Length)];
            if (Bending.All[bend](proof, _genuine[chance.Next(_genuine.Length)], chance) is { } text && !IsGenuine(text))
            {
                bent++;
                Refused(bend, text);
            }
        }

        // A way that never changes the meaning would test nothing.
        Assert.InRange(bent, 50, int.MaxValue);
    }

    /// <summary>A forger signs a log and receipts with their own key, under the name of the coalition's log.</summary>
    [Fact]
    public void Check_SignedByAForger_IsRefused()
    {
        var forged = new SampleLog(_forgers, SampleLog.Origin, []).Add(SampleLog.Events());
        foreach (var text in (string[])[forged.Bundle(10, 16).ToJson(), forged.Consistency(5, 16).ToJson(), forged.Receipt(7)])
        {
            Assert.Contains("names another key", Refused("the forger's own", text), StringComparison.Ordinal);
        }

        foreach (var proof in (Proof[])[forged.Bundle(10, 16), forged.Consistency(5, 16)])
        {
            var named = proof with { VerifierKey = _log.VerifierKey };
            Assert.Contains("is not signed by", named.Check(_log.VerifierKey).Problems[0], StringComparison.Ordinal);
        }

        var header = $$"""{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":"{{_log.VerifierKey}}"}""";
        Assert.Contains("is not signed by", Refused("the log's name", forged.Jws(header, _log.Record(7).ToJsonString())), StringComparison.Ordinal);
    }

    /// <summary>The log's key signs for one log. Its signatures for another log or history are not accepted.</summary>
    [Fact]
    public void Check_AnotherLogOfTheSameKey_IsRefused()
    {
        var other = new SampleLog(_key, "other.example", []).Add(SampleLog.Events());
        var renamed = other.Bundle(10, 16) with { VerifierKey = _log.VerifierKey };
        Assert.Contains("is not signed by", renamed.Check(_log.VerifierKey).Problems[0], StringComparison.Ordinal);

        // Signed under one name, with the other name in the text.
        var lent = _log.Bundle(10, 16) with { Checkpoint = _log.Note(other.Checkpoint(16).Split("\n\n")[0] + "\n") };
        Assert.Contains("of another log", lent.Check(_log.VerifierKey).Problems[0], StringComparison.Ordinal);

        var history = new SampleLog(_key, SampleLog.Origin, []).Add(SampleLog.Events().Reverse());
        var split = _log.Consistency(5, 16) with { ToCheckpoint = history.Checkpoint(16) };
        Assert.Contains("does not lead from", split.Check(_log.VerifierKey).Problems[0], StringComparison.Ordinal);
    }

    /// <summary>A log may hold any bytes. Bytes that are no event are refused, although they are in the log.</summary>
    [Fact]
    public void Check_LogEntryThatIsNoEvent_IsRefused()
    {
        var chance = new Random(20260301);
        var whole = SampleLog.Events()[10].Encode();
        for (var i = 0; i < 300; i++)
        {
            var bytes = whole[..chance.Next(whole.Length)];
            chance.NextBytes(bytes.AsSpan(Math.Min(9, bytes.Length)));
            var log = new SampleLog(_key, SampleLog.Origin, []).Add(new LogEntry(1, bytes));
            var bundle = new ProofBundle(log.Entry(0, 1), null, null, log.Checkpoint(1), log.VerifierKey);
            Assert.Contains("cannot be read", Refused("no event", bundle.ToJson()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("4,")]
    [InlineData("99999999999999999999")]
    public void Check_ConsentWithInvalidCategories_IsRefused(string categories)
    {
        var consent = (Ledger.Consents.ConsentGiven)SampleLog.Events()[7];
        var log = new SampleLog(_key, SampleLog.Origin, []).Add(consent with { Categories = categories });
        Assert.Contains("cannot be read", Refused(categories, log.Bundle(0, 1).ToJson()), StringComparison.Ordinal);
    }

    /// <summary>An impossible number among the member's entries: such a log would hide an entry from its member.</summary>
    [Theory]
    [InlineData(7, 0)]
    [InlineData(5, 1)]
    public void Check_WronglyNumberedEntry_IsRefused(int index, int number)
    {
        var log = new SampleLog(_key, SampleLog.Origin, []).Add(new LogEntry(number, SampleLog.Events()[index].Encode()));
        Assert.Contains("is numbered", Refused("numbered", log.Bundle(0, 1).ToJson()), StringComparison.Ordinal);
    }

    /// <summary>A receipt that the log's key signed is still read strictly, and causes no other exception.</summary>
    [Fact]
    public void Check_AlteredRecordSignedByTheLogsKey_IsRefusedOrRead()
    {
        var chance = new Random(20260301);
        var header = $$"""{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":"{{_log.VerifierKey}}"}""";
        var refused = 0;
        for (var i = 0; i < 600; i++)
        {
            var bent = Bending.Json(_log.Record(7).ToJsonString(), _log.Record(12).ToJsonString(), chance);
            if (bent is not null && Reason(_log.Jws(header, bent)) is { } reason)
            {
                Assert.NotEmpty(reason);
                refused++;
            }
        }

        Assert.InRange(refused, 200, 600);
    }

    public static TheoryData<string, string> Headers => new()
    {
        { "no algorithm", """{"alg":"none","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "a shared secret", """{"alg":"HS256","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "another curve", """{"alg":"ES384","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "another spelling", """{"alg":"es256","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "no algorithm named", """{"typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "two algorithms", """{"alg":"ES256","alg":"none","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "two algorithms, one escaped", """{"alg":"ES256","\u0061lg":"none","typ":"consent-receipt+jwt","verifier_key":"KEY"}""" },
        { "an access token", """{"alg":"ES256","typ":"at+jwt","verifier_key":"KEY"}""" },
        { "no type", """{"alg":"ES256","verifier_key":"KEY"}""" },
        { "a key id", """{"alg":"ES256","typ":"consent-receipt+jwt","kid":"1","verifier_key":"KEY"}""" },
        { "a key of its own", """{"alg":"ES256","typ":"consent-receipt+jwt","jwk":{"kty":"EC"},"verifier_key":"KEY"}""" },
        { "what must be understood", """{"alg":"ES256","typ":"consent-receipt+jwt","crit":["exp"],"exp":1,"verifier_key":"KEY"}""" },
        { "an unencoded payload", """{"alg":"ES256","typ":"consent-receipt+jwt","b64":false,"crit":["b64"],"verifier_key":"KEY"}""" },
        { "no key", """{"alg":"ES256","typ":"consent-receipt+jwt"}""" },
        { "another key", """{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":"KEYx"}""" },
        { "a key that is no text", """{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":["KEY"]}""" },
        { "a list", """["ES256"]""" },
        { "nothing", "" },
        { "more behind it", """{"alg":"ES256","typ":"consent-receipt+jwt","verifier_key":"KEY"}{}""" },
    };

    /// <summary>Refused although the log's key signed it: another reader could read the header differently.</summary>
    [Theory]
    [MemberData(nameof(Headers))]
    public void Check_ReceiptWithAnotherHeader_IsRefused(string what, string header) =>
        Refused(what, _log.Jws(header.Replace("KEY", _log.VerifierKey, StringComparison.Ordinal), _log.Record(7).ToJsonString()));

    [Fact]
    public void Check_ReceiptWithAnotherSignature_IsRefused()
    {
        var (parts, other) = (_log.Receipt(7).Split('.'), _log.Receipt(9).Split('.'));
        var signed = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var der = _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var hmac = HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_log.VerifierKey), signed);
        foreach (var (what, signature) in new (string, string)[]
        {
            ("none", ""), ("of another receipt", other[2]), ("zeros", new string('A', 86)), ("short", parts[2][..84]),
            ("padded", parts[2] + "=="), ("DER", Base64Url.EncodeToString(der)), ("HMAC", Base64Url.EncodeToString(hmac)),
            ("two", parts[2] + "." + parts[2]),
        })
        {
            Refused(what, $"{parts[0]}.{parts[1]}.{signature}");
        }

        Refused("another record", $"{parts[0]}.{other[1]}.{parts[2]}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"format":"coalition-gateway/bundle/v2"}""")]
    [InlineData("""{"format":"coalition-gateway/bundle/v1"}""")]
    [InlineData("""{"format":["coalition-gateway/bundle/v1"]}""")]
    [InlineData("""{"format":"coalition-gateway/bundle/v1","event":{"event":"AA==","hashes":[]},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"format":"\ud800"}""")]
    [InlineData("ey..")]
    [InlineData("eyJ")]
    public void Check_NotAProof_IsRefused(string text) => Refused(text, text);

    /// <summary>Work is bounded before it begins: by length, depth and number of hashes.</summary>
    [Fact]
    public void Check_OversizedFile_IsRefusedAtOnce()
    {
        Assert.Contains("longer than", Refused("long", new string(' ', ProofFile.MaxBytes + 1)), StringComparison.Ordinal);
        Assert.Contains("nested", Refused("deep", "{\"format\":" + new string('[', 500_000)), StringComparison.Ordinal);
        var bundle = _log.Bundle(10, 16);
        var wide = bundle with { Event = bundle.Event with { Hashes = [.. Enumerable.Repeat(new byte[32], 65)] } };
        Assert.Contains("64 is the most", Refused("wide", wide.ToJson()), StringComparison.Ordinal);
        var signatures = string.Concat(Enumerable.Repeat("\u2014 x AAAAAAAA\n", 5000));
        Refused("many signatures", (bundle with { Checkpoint = bundle.Checkpoint + signatures }).ToJson());
        Refused("many dots", "ey" + new string('.', 1_000_000));
    }

    /// <summary>Only the event's bytes count. A sentence in the file is not a member of its form.</summary>
    [Fact]
    public void Check_BundleWithItsOwnSentence_IsRefused() => Assert.Contains(
        "\"says\"",
        Refused("says", _log.Bundle(10, 16).ToJson().Replace("\"log_index\"", "\"says\": \"all is well\", \"log_index\"", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("\u001b[2Jgone", "\\u001b[2Jgone")]
    [InlineData("a\u202Eb\u2066c\u200Bd", "a\\u202eb\\u2066c\\u200bd")]
    [InlineData("one\r\ntwo\u2028three\u0085", "one\\u000d\\u000atwo\\u2028three\\u0085")]
    [InlineData("tag \U000E0041", "tag \\ue0041")]
    [InlineData("Åsa 日本 🙂 “x”", "Åsa 日本 🙂 “x”")]
    public void Printable_TerminalControlCharacters_AreEscaped(string text, string printed) => Assert.Equal(printed, Printable.Line(text));

    /// <summary>If a link or a merge ended a consent, nobody withdrew it.</summary>
    [Theory]
    [InlineData("link", "the membership went to another member")]
    [InlineData("merge", "two memberships of the member became one")]
    public void Check_ConsentEndedByAMove_SaysSo(string channel, string reason)
    {
        var withdrawn = (Ledger.Consents.ConsentWithdrawn)SampleLog.Events()[12] with
        {
            Act = new Ledger.Consents.ConsentAction(channel, "", SampleLog.Events()[12].Time),
        };
        var log = new SampleLog(_key, SampleLog.Origin, []).Add(withdrawn);
        var story = log.Bundle(0, 1).Check(log.VerifierKey).Says[0];
        Assert.Contains($"ended, since {reason}.", story, StringComparison.Ordinal);
        Assert.DoesNotContain("took back", story, StringComparison.Ordinal);
    }

    // Not in a theory: theory data replaces characters that are not valid Unicode.
    [Fact]
    public void Printable_LoneSurrogate_IsEscaped() => Assert.Equal("half \\ud800 pair", Printable.Line("half \ud800 pair"));

    /// <summary>The log may contain hostile text too: a partner chose its own name.</summary>
    [Fact]
    public void Check_HostileTextInTheLog_IsPrintedEscaped()
    {
        var hostile = (Ledger.Disclosure.DisclosureRefused)SampleLog.Events()[15] with
        {
            PartnerId = new PartnerId("a\u001b]0;x\u0007\u202E\n” was given all, and “b"),
        };
        var log = new SampleLog(_key, SampleLog.Origin, []).Add(hostile);
        var says = log.Bundle(0, 1).Check(log.VerifierKey).Says;
        Assert.NotEmpty(says);
        Assert.All(says, line => Assert.Equal(line, Printable.Line(line)));
        Assert.Contains("\\u201d was given all, and \\u201cb” asked", says[0], StringComparison.Ordinal);
    }

    private bool IsGenuine(string text) => _genuine.Contains(text) || (Reason(text) is null && _meanings.Contains(Meaning(Read(text))));

    private string Refused(string what, string text)
    {
        var reason = Reason(text);
        Assert.True(reason is not null, $"{what} was accepted: {text}");
        Assert.True(reason.Length > 0, $"{what} was refused without a reason: {text}");
        return reason;
    }

    /// <summary>Why the text is refused; null if it is accepted.</summary>
    private string? Reason(string text)
    {
        try
        {
            var verdict = Read(text).Check(_log.VerifierKey, SampleLog.CategoryOf);
            Assert.True(verdict.Holds || verdict.Says.Count == 0, "What is refused says nothing.");
            return verdict.Holds ? null : string.Join(' ', verdict.Problems);
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    private static Proof Read(string text) => ProofFile.Read(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Meaning(Proof proof) => proof switch
    {
        ProofBundle bundle => bundle.ToJson(),
        ConsistencyProof consistency => consistency.ToJson(),
        ConsentReceipt receipt => $"{receipt.SigningInput}.{Convert.ToHexString(receipt.Signature)}",
        _ => throw new NotSupportedException(),
    };
}
