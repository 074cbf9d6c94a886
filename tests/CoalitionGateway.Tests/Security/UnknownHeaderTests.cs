using System.Net;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A token has a header that must be understood (RFC 7515, section 4.1.11), or lacks a claim that RFC 9068 demands.
/// </summary>
public sealed class UnknownHeaderTests(TestCoalition coalition)
{
    [Theory]
    [InlineData("critical header")]
    [InlineData("without an id")]
    [InlineData("with an endless id")]
    public async Task AccessToken_WithACriticalHeaderOrABadId_IsRefused(string fault) => Assert.Equal(
        ForgedTokens.Faults[fault], await coalition.Gateway.Problem(ForgedTokens.Make(coalition.Gateway, fault)));

    [Fact]
    public async Task Assertion_WithACriticalHeader_IsRefused()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        using var key = await own.Gateway.PublishKey("gamma");
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.Gateway.AskByAssertion(own.Gateway.Assertion(key, "gamma", isCritical: true))).Status);
        Assert.Equal(HttpStatusCode.OK, (await own.Gateway.AskByAssertion(own.Gateway.Assertion(key, "gamma"))).Status);
    }
}
