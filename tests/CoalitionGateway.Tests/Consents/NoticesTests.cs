using CoalitionGateway.Ledger;
using System.Text;
using CoalitionGateway.Consents;
using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Tests.Consents;

public sealed class NoticesTests
{
    [Theory]
    [InlineData("1 material", "1")]
    [InlineData("1 material\n2 editorial", "1,2")]
    [InlineData("1 material\n2 material", "2")]
    [InlineData("1 material\n2 material\n3 editorial", "2,3")]
    public void MaterialChange_InvalidatesOlderVersions(string versions, string valid)
    {
        var notices = Of(versions).InForce;
        Assert.Equal(valid, string.Join(',', notices.Valid));
        Assert.Equal(valid.Split(',')[^1], notices.Current);
    }

    [Theory]
    [InlineData("4 material")]
    [InlineData("1 other")]
    [InlineData("1")]
    public void MalformedVersions_AreRefused(string versions) => Assert.Throws<InvalidOperationException>(() => Of(versions));

    [Fact]
    public void Consent_OnAMateriallyChangedNotice_IsInvalidated()
    {
        var consent = new Consent(default, default, Purpose.Marketing, ConsentState.Given, "4", "1", "en", [], default, DateTime.UnixEpoch, null);
        Assert.Equal(ConsentState.Given, Of("1 material\n2 editorial").InForce.StateOf(consent, DateTime.UtcNow));
        Assert.Equal(ConsentState.Invalidated, Of("1 material\n2 material").InForce.StateOf(consent, DateTime.UtcNow));
        Assert.Equal(ConsentState.Withdrawn, Of("1 material\n2 material").InForce.StateOf(consent with { State = ConsentState.Withdrawn }, DateTime.UtcNow));
        Assert.Null(Of("1 material").InForce.StateOf(null, DateTime.UtcNow));
    }

    private static Notices Of(string versions) => new(new Dictionary<string, byte[]>
    {
        ["1.en.md"] = "one"u8.ToArray(), ["2.en.md"] = "two"u8.ToArray(), ["3.en.md"] = "three"u8.ToArray(), ["versions.txt"] = Encoding.UTF8.GetBytes(versions),
    });
}
