using CoalitionGateway.Audit;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;
using DataCategory = CoalitionGateway.V1.DataCategory;
using Purpose = CoalitionGateway.V1.Purpose;

namespace CoalitionGateway.Tests.Audit;

/// <summary>
/// A bundle proves a disclosure, its consent and its notice to a reader who has neither the gateway nor its database.
/// </summary>
public sealed class BundleTests(TestCoalition coalition)
{
    [Fact]
    public async Task Disclosure_IsProvedWithItsConsentAndItsNotice()
    {
        var bundle = ProofBundle.Parse((await Made()).ToJson());
        var key = coalition.Gateway.Services.GetRequiredService<LogSigner>().VerifierKey;
        Assert.Equal(key, bundle.VerifierKey);
        var verdict = bundle.Check(key, CoalitionGateway.Gateway.CategoryOf);
        Assert.Empty(verdict.Problems);
        Assert.Contains(verdict.Says, line => line.Contains("the partner “alpha” asked for data about a member, for marketing", StringComparison.Ordinal));
        Assert.Contains(verdict.Says, line => line.Contains("the member gave consent", StringComparison.Ordinal) && line.EndsWith("in Swedish.", StringComparison.Ordinal));
        Assert.Equal("sv", bundle.Notice!.Language);
    }

    [Fact]
    public async Task Bundle_AnyPartChanged_IsDetected()
    {
        var bundle = await Made();
        var entry = bundle.Event;
        foreach (var (what, changed) in new (string, ProofBundle)[]
        {
            ("event", bundle with { Event = entry with { Event = Flip(entry.Event) } }),
            ("place", bundle with { Event = entry with { LogIndex = entry.LogIndex - 1 } }),
            ("number", bundle with { Event = entry with { MemberNumber = entry.MemberNumber + 1 } }),
            ("path", bundle with { Event = entry with { Hashes = [Flip(entry.Hashes[0]), .. entry.Hashes.Skip(1)] } }),
            ("shorter path", bundle with { Event = entry with { Hashes = [.. entry.Hashes.Skip(1)] } }),
            ("no consent", bundle with { Consent = null }),
            ("consent", bundle with { Consent = bundle.Consent! with { Event = Flip(bundle.Consent.Event) } }),
            ("another consent", bundle with { Consent = entry }),
            ("no notice", bundle with { Notice = null }),
            ("notice", bundle with { Notice = bundle.Notice! with { Text = bundle.Notice.Text + " " } }),
            ("language", bundle with { Notice = bundle.Notice! with { Language = "en" } }),
            ("checkpoint", bundle with { Checkpoint = bundle.Checkpoint.Replace("\n", "\n1", StringComparison.Ordinal) }),
            ("key", bundle with { VerifierKey = "" }),
        })
        {
            Assert.True(!changed.Check(bundle.VerifierKey).Holds, what);
        }
    }

    [Fact]
    public async Task Bundle_KeyOtherThanTheTrustedOne_IsRefused()
    {
        var bundle = await Made();
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-key-").FullName };
        var other = new LogSigner("other", new GatewayKeys(options).Log, TimeProvider.System).VerifierKey;
        Assert.Contains("names another key", Assert.Single(bundle.Check(other).Problems), StringComparison.Ordinal);
        Assert.Contains("not signed", Assert.Single((bundle with { VerifierKey = other }).Check(other).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"event":{"says":"x"},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"!","hashes":[]},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"AA==","hashes":[null]},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"AA==","hashes":[]},"consent":{},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"AA==","hashes":[]},"consent":{"event":"AA=="},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"AA==","hashes":[]},"notice":{"version":"1","language":"en"},"checkpoint":"","verifier_key":""}""")]
    public void Parse_NotABundle_IsRefused(string json) => Assert.Throws<FormatException>(() => ProofBundle.Parse(json));

    /// <summary>
    /// If a gateway released something without a covering consent, its own log would record it. The bundle shows it.
    /// </summary>
    [Theory]
    [InlineData("released on a withdrawn consent", Ledger.Disclosure.DisclosureBasis.ConsentWithdrawn, "profile.email", true, "without a consent in force")]
    [InlineData("released where the purpose was not agreed", Ledger.Disclosure.DisclosureBasis.PurposeNotAgreed, "profile.email", true, "without a consent in force")]
    [InlineData("released on no consent at all", Ledger.Disclosure.DisclosureBasis.ConsentInForce, "profile.email", false, "cites no consent")]
    [InlineData("released beyond the consent", Ledger.Disclosure.DisclosureBasis.ConsentInForce, "profile.display_name", true, "does not cover it")]
    [InlineData("released as it may be", Ledger.Disclosure.DisclosureBasis.ConsentInForce, "profile.email", true, "")]
    public void Disclosure_WithoutAValidBasis_IsDetected(string what, Ledger.Disclosure.DisclosureBasis basis, string released, bool cites, string problem)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var (member, partner, now) = (new MemberId(Guid.NewGuid()), new PartnerId("alpha"), DateTime.UnixEpoch);
        EventHeader Header() => new(new EventId(Guid.CreateVersion7()), now, new Caller(Ledger.CallerKind.Partner, "alpha"), Guid.NewGuid());
        var text = "the notice";
        var given = new Ledger.Consents.ConsentGiven(Header(), member, partner, Ledger.Purpose.Marketing, "4", new Ledger.Consents.NoticeRef("1", "en", System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));
        var disclosed = new Ledger.Disclosure.MemberDisclosed(
            Header(), partner, member, new MembershipId(Guid.NewGuid()), Ledger.Purpose.Marketing, [released], [], cites ? given.Id : null, basis);
        byte[][] leaves = [new LogEntry(1, given.Encode()).LeafHash, new LogEntry(2, disclosed.Encode()).LeafHash];
        var note = new LogSigner("log", key, TimeProvider.System).Sign(2, MerkleTree.NodeHash(leaves[0], leaves[1])).Note;
        var bundle = new ProofBundle(
            new ProvedEntry(1, 2, disclosed.Encode(), [leaves[0]]), cites ? new ProvedEntry(0, 1, given.Encode(), [leaves[1]]) : null,
            cites ? new NoticeText("1", "en", text) : null, note, SignedNote.VerifierKey("log", key));
        var problems = bundle.Check(bundle.VerifierKey, CoalitionGateway.Gateway.CategoryOf).Problems;
        Assert.True(problem.Length == 0 ? problems.Count == 0 : problems.Any(found => found.Contains(problem, StringComparison.Ordinal)), $"{what}: {string.Join(" | ", problems)}");
    }

    [Fact]
    public void UnknownEvent_CannotBeProved() => Assert.Throws<InvalidOperationException>(() => Prove(Guid.NewGuid()));

    private async Task<ProofBundle> Made()
    {
        var member = await coalition.Member(new MemberProfile { Email = "ann@example.com" }, coalition.Alpha);
        var notice = (await member.Client.Consents.GetNoticeAsync(new GetNoticeRequest { Language = "sv" })).Notice;
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(),
            PartnerId = "alpha",
            Purpose = Purpose.Marketing,
            Categories = { DataCategory.Contact },
            NoticeVersion = notice.Version,
            NoticeLanguage = notice.Language,
        });
        var answer = await coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId], Purpose = Purpose.Marketing });
        Assert.Equal("ann@example.com", answer.Member.Profile.Email);
        coalition.Gateway.TakeIn();
        return Prove(Guid.Parse(answer.DisclosureId));
    }

    private ProofBundle Prove(Guid id) => Proving.Run(
        id, coalition.Gateway.Options.DataDirectory, TestDatabase.IsPostgres ? coalition.Gateway.Options.Postgres : null, CoalitionGateway.Gateway.NoticeText);

    private static byte[] Flip(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
}
