using System.Security.Cryptography;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.MemberKeys;

/// <summary>
/// Each member's data is encrypted under a key of that member. A master key wraps these keys and can be replaced.
/// </summary>
public sealed class MemberKeyTests
{
    [Fact]
    public void Seal_OpensOnlyForTheSameFieldAndKey_AndNeverRepeatsItsText()
    {
        var (member, other) = (new MemberId(Guid.NewGuid()), new MemberId(Guid.NewGuid()));
        using var key = new MemberKey(member, RandomNumberGenerator.GetBytes(32));
        using var another = new MemberKey(member, RandomNumberGenerator.GetBytes(32));
        using var others = new MemberKey(other, RandomNumberGenerator.GetBytes(32));
        var text = key.Seal("email", "Åsa@example.org");
        Assert.Equal("Åsa@example.org", key.Open("email", text));
        Assert.NotEqual(text, key.Seal("email", "Åsa@example.org"));
        Assert.Equal(member, MemberKey.KeyOf(text));
        Assert.ThrowsAny<CryptographicException>(() => key.Open("display_name", text));
        Assert.ThrowsAny<CryptographicException>(() => another.Open("email", text));
        Assert.ThrowsAny<CryptographicException>(() => others.Open("email", text));
        Assert.Equal("", key.Open("email", key.Seal("email", "")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ann")]
    [InlineData("sealed.")]
    [InlineData("sealed.not-a-uuid.AAAA")]
    [InlineData("sealed.0190a1b2-0000-7000-8000-000000000000.not base64")]
    public void KeyOf_UnsealedText_IsNull(string text) => Assert.Null(MemberKey.KeyOf(text));

    [Fact]
    public void Open_DamagedText_Throws()
    {
        var member = new MemberId(Guid.NewGuid());
        using var key = new MemberKey(member, RandomNumberGenerator.GetBytes(32));
        var text = key.Seal("email", "a@example.org");
        var begin = text.LastIndexOf('.') + 1;
        for (var i = begin; i < text.Length - 1; i++)
        {
            var damaged = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.ThrowsAny<CryptographicException>(() => key.Open("email", damaged));
        }

        Assert.ThrowsAny<CryptographicException>(() => key.Open("email", text[..(begin + 8)]));
    }

    /// <summary>
    /// The master key is rotated while the gateway runs. Then the old one can be deleted, and nobody can open what it wrapped.
    /// </summary>
    [Fact]
    public async Task Rotation_WhileTheGatewayRuns_KeepsProfilesReadable_WithoutTheOldMasterKey()
    {
        await using var coalition = new TestCoalition { Configure = TestDatabase.UseOwnKeys };
        await coalition.InitializeAsync();
        var options = coalition.Gateway.Options;
        var profile = new MemberProfile { DisplayName = "Ann", Email = "ann@example.org" };
        var members = new[] { await coalition.Member(profile, coalition.Alpha), await coalition.Member(profile, coalition.Alpha, coalition.Beta) };
        var (master, rewrapped) = await KeyRotation.Run(options.DataDirectory, TestDatabase.IsPostgres ? options.KeyPostgres : null, makesKey: true, CancellationToken.None);
        Assert.Equal("0002", master);
        Assert.Equal(2, rewrapped);
        Assert.Equal(("0002", 0), await KeyRotation.Run(options.DataDirectory, TestDatabase.IsPostgres ? options.KeyPostgres : null, makesKey: false, CancellationToken.None));
        File.Delete(Path.Combine(options.DataDirectory, GatewayKeys.Folder, "master", "0001.key"));
        foreach (var member in members.Append(await coalition.Member(profile, coalition.Gamma)))
        {
            Assert.Equal(profile, (await member.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile);
        }
    }

    /// <summary>Without its key no member's data could be read. The gateway does not make a new key and continue.</summary>
    [Fact]
    public async Task Start_WithoutTheMasterKeyThatWasUsed_IsRefused()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        await coalition.Member(new MemberProfile { DisplayName = "Ann" }, coalition.Alpha);
        var options = coalition.Gateway.Options;
        await coalition.Gateway.Stop();
        var master = Path.Combine(options.DataDirectory, GatewayKeys.Folder, "master");

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestGateway.Start(
            options.DataDirectory, again => (again.Postgres, again.KeyPostgres) = (options.Postgres, options.KeyPostgres), extend: _ => File.Delete(Path.Combine(master, "0001.key"))));
        Assert.Contains("0001", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(master));
    }

    [Fact]
    public async Task Link_OfTwoProfiles_LeavesEachItsOwn_AndErasureDestroysBothKeys()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var (first, second) = (await coalition.Member(new MemberProfile { DisplayName = "Ann" }, coalition.Alpha), await coalition.Member(new MemberProfile { Email = "ann@example.org" }, coalition.Beta));
        var ids = new[] { await Id(first), await Id(second) };
        var number = second.Numbers[coalition.Beta.ProgrammeId];
        var code = await coalition.Beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await first.Client.Members.LinkMembershipAsync(new LinkMembershipRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = coalition.Beta.ProgrammeId, MembershipNumber = number, LinkCode = code.LinkCode,
        });
        Assert.Equal(new MemberProfile { DisplayName = "Ann" }, (await first.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile);
        var keys = coalition.Gateway.Services.GetRequiredService<MemberKeyStore>();
        Assert.Equal(2, (await keys.Find(ids, CancellationToken.None)).Count);
        await first.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        Assert.Empty(await keys.Find(ids, CancellationToken.None));
        Assert.Null(await keys.Make(ids[1], CancellationToken.None));

        async Task<MemberId> Id(TestMember member) => new(Guid.Parse(await coalition.Gateway.MemberId(member.Numbers.Values.First())));
    }

    /// <summary>A profile that an earlier gateway stored unencrypted is encrypted before the first call is served.</summary>
    [Fact]
    public async Task Start_WithUnencryptedProfiles_SealsThem()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await coalition.Member(new MemberProfile { DisplayName = "Ann" }, coalition.Alpha);
        await coalition.Gateway.Stop();
        using (var database = TestDatabase.Open(coalition.Gateway.Options))
        {
            Assert.StartsWith(MemberKey.Prefix, (string)database.Query("SELECT display_name FROM profile")[0][0], StringComparison.Ordinal);
            database.Execute("UPDATE profile SET display_name = 'Ann in the clear', email = 'ann@example.org'");
        }

        await using var again = await TestGateway.Start(
            coalition.Gateway.Options.DataDirectory, options => (options.Postgres, options.KeyPostgres) = (coalition.Gateway.Options.Postgres, coalition.Gateway.Options.KeyPostgres));
        var client = again.WithToken(await again.SignIn(member.Numbers[coalition.Alpha.ProgrammeId]));
        Assert.Equal(new MemberProfile { DisplayName = "Ann in the clear", Email = "ann@example.org" }, (await client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile);
        using var after = TestDatabase.Open(again.Options);
        Assert.True(SealedProfiles.IsSealed(new Profile(default, (string)after.Query("SELECT display_name FROM profile")[0][0], null, (string)after.Query("SELECT email FROM profile")[0][0], null, null, null)));
    }
}
