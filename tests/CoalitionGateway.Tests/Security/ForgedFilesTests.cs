using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CoalitionGateway.Audit;
using CoalitionGateway.Cli;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Architecture;
using CoalitionGateway.Tests.Cli;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>Runs coalition check on files from a possible deceiver, and tests its output and its exit code.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ForgedFilesTests(TestCoalition coalition)
{
    private static readonly string _vectors = Path.Combine(ArchitectureTests.Root(), "docs", "formats", "vectors");
    private static readonly string _key = File.ReadAllText(Path.Combine(_vectors, "log-key.txt")).Trim();

    private static readonly JsonObject _expected = JsonNode.Parse(File.ReadAllText(Path.Combine(_vectors, "expected.json")))!.AsObject();

    public static TheoryData<string> Vectors => [.. _expected.Select(file => file.Key)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Check_WithTheLogsKey_PrintsWhatIsProved_AndExitsWithZero(string file)
    {
        var (exitCode, lines) = Check(Path.Combine(_vectors, file), _key);
        Assert.Equal(CheckCommand.Proved, exitCode);
        Assert.Equal([.. Says(file), "check: proved, for whoever trusts this key to be the log's"], lines);
    }

    /// <summary>
    /// A forger signs with their own key and names it in the file. Without the log's key this looks consistent.
    /// </summary>
    [Theory]
    [MemberData(nameof(Vectors))]
    public void Check_WithoutAKey_ProvesNothing_AndExitsWithTwo(string file)
    {
        var (exitCode, lines) = Check(Path.Combine(_vectors, file), null);
        Assert.Equal(CheckCommand.NoKey, exitCode);
        Assert.NotEqual(0, exitCode);
        Assert.StartsWith("Nothing is proved, since no key was given", lines[0], StringComparison.Ordinal);
        Assert.Equal(Says(file), lines[2..^1].Select(line => line.TrimStart('|', ' ')));
        Assert.All(lines[2..^1], line => Assert.StartsWith("|", line, StringComparison.Ordinal));
        Assert.StartsWith("check: not proved", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfEachForgery_SaysWhy_AndExitsWithOne()
    {
        using var data = new DataFolder();
        var forgeries = JsonNode.Parse(File.ReadAllText(Path.Combine(_vectors, "forged.json")))!.AsArray();
        Assert.InRange(forgeries.Count, 30, 200);
        foreach (var forgery in forgeries)
        {
            File.WriteAllText(data.File("forged"), forgery!["file"]!.GetValue<string>());
            var (exitCode, lines) = Check(data.File("forged"), _key);
            Assert.Equal(CheckCommand.Refused, exitCode);
            Assert.Equal(forgery["refused"]!.GetValue<string>(), string.Join(' ', lines[..^1]));
            Assert.Equal("check: refused; the file proves nothing", lines[^1]);
        }
    }

    [Theory]
    [InlineData("no key")]
    [InlineData("")]
    [InlineData("log.coalition.example+5a7a78cc+Ag==")]
    public void Check_WithAnInvalidKey_ExitsWithOne(string key)
    {
        var (exitCode, lines) = Check(Path.Combine(_vectors, "disclosure.json"), key);
        Assert.Equal(CheckCommand.Refused, exitCode);
        Assert.Contains("is no verifier key", lines[0], StringComparison.Ordinal);
    }

    /// <summary>A file must not control the terminal: neither if it is refused, nor if it is shown without a key.</summary>
    [Theory]
    [InlineData("{\"format\":\"coalition-gateway/bundle/v1\",\"\\u001b[2J\\u202e\\u0007\":1}")]
    [InlineData("{\"format\":\"coalition-gateway/bundle/v1\",\"\u202e\u2066x\":1}")]
    [InlineData("{\"\u001b[31m\":1}")]
    [InlineData("\u001b]0;title\u0007")]
    [InlineData(
        "{\"format\":\"coalition-gateway/consistency/v1\",\"from_checkpoint\":\"a\",\"to_checkpoint\":\"b\",\"hashes\":[],"
        + "\"verifier_key\":\"\\u001b[2J\\u202e\"}")]
    public void Check_OfHostileText_PrintsItEscaped(string text)
    {
        using var data = new DataFolder();
        File.WriteAllText(data.File("hostile"), text);
        foreach (var key in (string?[])[_key, null])
        {
            var (exitCode, lines) = Check(data.File("hostile"), key);
            Assert.Equal(CheckCommand.Refused, exitCode);
            Assert.All(lines, line => Assert.Equal(Printable.Line(line), line));
        }
    }

    [Fact]
    public void Check_EndlessFile_IsRefused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "This system has no file that never ends.");
        var (exitCode, lines) = Check("/dev/zero", _key);
        Assert.Equal(CheckCommand.Refused, exitCode);
        Assert.Contains("is longer than", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_MissingFile_FailsWithAClearMessage()
    {
        using var data = new DataFolder();
        Assert.Throws<CommandFailedException>(() => CheckCommand.Run(data.File("nothing"), _key));
        Assert.Throws<CommandFailedException>(() => CheckCommand.Run(data.Path, _key));
    }

    /// <summary>The whole way: a checkpoint kept by a witness, the proof that the log grew from it, the check.</summary>
    [Fact]
    public async Task ProveConsistency_FromAKeptCheckpoint_Holds_AndFailsFromAForeignOrChangedOne()
    {
        using var data = new DataFolder();
        var kept = Note();
        await coalition.Member(coalition.Alpha);
        var later = Note();
        Assert.NotEqual(kept, later);
        File.WriteAllText(data.File("kept.txt"), kept.TrimEnd('\n').ReplaceLineEndings("\r\n"));
        Assert.Equal(0, Prove(data, "kept.txt"));
        var key = coalition.Gateway.Services.GetRequiredService<LogSigner>().VerifierKey;
        var (exitCode, lines) = Check(data.File("consistency.json"), key);
        Assert.Equal(CheckCommand.Proved, exitCode);
        Assert.Contains("are the same at both times", lines[1], StringComparison.Ordinal);

        File.WriteAllText(data.File("bent.txt"), kept.Replace("\n\n", "1\n\n", StringComparison.Ordinal));
        var refused = Assert.Throws<CommandFailedException>(() => Prove(data, "bent.txt"));
        Assert.Contains("holds no checkpoint that is signed by", refused.Message, StringComparison.Ordinal);
        var others = JsonNode.Parse(File.ReadAllText(Path.Combine(_vectors, "consistency.json")))!["to_checkpoint"]!;
        File.WriteAllText(data.File("others.txt"), others.GetValue<string>());
        Assert.Throws<CommandFailedException>(() => Prove(data, "others.txt"));
    }

    /// <summary>The gateway's own receipts, for each state of a consent.</summary>
    [Fact]
    public async Task Check_OfTheGatewaysReceipts_SaysWhatHappened()
    {
        var member = await coalition.Member(coalition.Alpha);
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        var consents = member.Client.Consents;
        var asked = await coalition.Alpha.Client.Consents.RequestConsentAsync(new RequestConsentRequest
        {
            RequestId = RequestIds.New(), MembershipNumber = number, Purpose = Purpose.Marketing, Categories = { DataCategory.Contact },
        });
        var deferred = await consents.DeferConsentAsync(new DeferConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, NoticeVersion = "2026-01", NoticeLanguage = "pl",
        });
        var refused = await consents.RefuseConsentAsync(new RefuseConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, NoticeVersion = "2026-01", NoticeLanguage = "lv",
        });
        var (given, renewed) = (await Give(), await Give());
        var withdrawn = await consents.WithdrawConsentAsync(new WithdrawConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing,
        });
        var again = await Give();
        var revoked = await coalition.Alpha.Client.Consents.RevokeConsentAsync(new RevokeConsentRequest
        {
            RequestId = RequestIds.New(), MembershipNumber = number, Purpose = Purpose.Marketing,
        });
        List<(string EventId, string Story)> happened =
        [
            (asked.ConsentEventId, "asked for the member's consent"),
            (deferred.Consent.ConsentEventId, "put off the answer"),
            (refused.Consent.ConsentEventId, "said no"),
            (given, "gave consent: the partner"),
            (renewed, "gave consent anew: the partner"),
            (withdrawn.Consent.ConsentEventId, "took back the consent"),
            (again, "gave consent: the partner"),
            (revoked.ConsentEventId, "ended the member's consent"),
        ];
        var key = coalition.Gateway.Services.GetRequiredService<LogSigner>().VerifierKey;
        using var data = new DataFolder();
        foreach (var (id, story) in happened)
        {
            var answer = await consents.GetConsentReceiptAsync(new GetConsentReceiptRequest { ConsentEventId = id });
            File.WriteAllText(data.File("receipt.txt"), answer.Receipt);
            var (exitCode, lines) = Check(data.File("receipt.txt"), key);
            Assert.True(exitCode == CheckCommand.Proved, string.Join('\n', lines));
            Assert.Contains(story, lines[0], StringComparison.Ordinal);
            Assert.Contains($"event: {id}", lines);
        }

        async Task<string> Give() => (await consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact },
            NoticeVersion = "2026-01", NoticeLanguage = "sv",
        })).Consent.ConsentEventId;
    }

    /// <summary>docs/formats/README.md gives verifiers the same categories of fields as the contract.</summary>
    [Fact]
    public void FormatsPage_HasTheFieldsOfAMember_WithTheirCategories()
    {
        var page = File.ReadAllText(Path.Combine(_vectors, "..", "README.md"));
        Assert.Equal(
            DisclosureGate.All.Select(field => ($"{field.Path}", $"{(int)field.Category}")),
            Regex.Matches(page, @"(?m)^\| `([a-z_.]+)` \| `(\d+)` ").Select(row => (row.Groups[1].Value, row.Groups[2].Value)));
    }

    private string Note()
    {
        coalition.Gateway.TakeIn();
        return coalition.Gateway.Officer.Audit.GetCheckpoint(new GetCheckpointRequest()).Checkpoint.Note;
    }

    private int Prove(DataFolder data, string kept)
    {
        using var terminal = new Terminal();
        var options = coalition.Gateway.Options;
        return ProveCommand.ProveConsistency(
            data.File(kept), options.DataDirectory, TestDatabase.IsPostgres ? options.Postgres : null, data.File("consistency.json"));
    }

    private static (int ExitCode, string[] Lines) Check(string file, string? key)
    {
        using var terminal = new Terminal();
        return (CheckCommand.Run(file, key), terminal.Lines);
    }

    /// <summary>The expected lines of a vector, without empty ones, as a terminal captures them.</summary>
    private static IEnumerable<string> Says(string file) => _expected[file]!["says"]!.AsArray()
        .Select(line => line!.GetValue<string>().Trim()).Where(line => line.Length > 0);
}
