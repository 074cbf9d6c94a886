using CoalitionGateway.Audit;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Store;
using CoalitionGateway.Tests.Hosting;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Audit;

/// <summary>A bundle proves a disclosure, its consent and its notice to somebody who has neither the gateway nor its database.</summary>
public sealed class BundleTests(TestCoalition coalition)
{
    [Fact]
    public async Task Disclosure_IsProvedWithItsConsentAndItsNotice()
    {
        var bundle = ProofBundle.Parse((await Made()).ToJson());
        var key = coalition.Gateway.Services.GetRequiredService<LogKey>().VerifierKey;
        Assert.Empty(bundle.Check(key));
        Assert.Empty(bundle.Check());
        Assert.StartsWith("MemberDisclosed by partner:alpha", bundle.Event.Says, StringComparison.Ordinal);
        Assert.StartsWith("ConsentGiven by member:", bundle.Consent!.Says, StringComparison.Ordinal);
        Assert.Equal("sv", bundle.Notice!.Language);
    }

    [Fact]
    public async Task AnythingChanged_IsFound()
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
            Assert.True(changed.Check().Count > 0, what);
        }
    }

    [Fact]
    public async Task AnotherKeyThanTheOneTrusted_IsRefused()
    {
        var bundle = await Made();
        var options = new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-key-").FullName };
        var other = new LogKey(options, new GatewayKeys(options), TimeProvider.System).VerifierKey;
        Assert.Contains("not signed", Assert.Single(bundle.Check(other)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"event":{"says":"x"},"checkpoint":"","verifier_key":""}""")]
    [InlineData("""{"event":{"event":"!","hashes":[]},"checkpoint":"","verifier_key":""}""")]
    public void WhatIsNoBundle_IsRefused(string json) => Assert.Throws<FormatException>(() => ProofBundle.Parse(json));

    [Fact]
    public void AnEventThatIsNotThere_CannotBeProved() => Assert.Throws<InvalidOperationException>(() => Prove(Guid.NewGuid()));

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
        coalition.Gateway.Services.GetRequiredService<Sequencer>().TakeIn();
        return Prove(Guid.Parse(answer.DisclosureId));
    }

    private ProofBundle Prove(Guid id) => Proving.Run(
        id, coalition.Gateway.Options.DataDirectory, TestDatabase.IsPostgres ? coalition.Gateway.Options.Postgres : null, CoalitionGateway.Gateway.NoticeText);

    private static byte[] Flip(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
}
