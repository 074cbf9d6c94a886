using System.Net;
using System.Security.Cryptography;

namespace CoalitionGateway.Tests.Security;

/// <summary>What the refusals reveal to a client that has not proved itself, and to one that has.</summary>
public sealed class ProbingClientTests
{
    [Fact]
    public async Task Refusals_OfUnprovenClients_AreAlike()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var gateway = coalition.Gateway;
        using var key = await gateway.PublishKey("gamma");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await gateway.Suspend("beta");
        (string, string)[] grant = [("grant_type", "client_credentials")];
        OAuthAnswer[] answers =
        [
            await gateway.Post("/oauth/token", [.. grant, ("client_id", "nobody"), ("client_secret", "x")]),
            await gateway.Post("/oauth/token", [.. grant, ("client_id", "alpha"), ("client_secret", "x")]),
            await gateway.Post("/oauth/token", [.. grant, ("client_id", "beta"), ("client_secret", "x")]),
            await gateway.AskByAssertion(gateway.Assertion(key, "nobody")),
            await gateway.AskByAssertion(gateway.Assertion(key, "alpha")),
            await gateway.AskByAssertion(gateway.Assertion(other, "gamma")),
            await gateway.AskByAssertion(gateway.Assertion(other, "beta")),
        ];
        var texts = answers.Select(answer => $"{(int)answer.Status} {answer.Body}").Distinct();
        Assert.StartsWith("401 ", Assert.Single(texts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SuspendedPartner_ThatProvesItself_IsToldOfTheSuspension()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var gateway = coalition.Gateway;
        using var key = await gateway.PublishKey("alpha");
        await gateway.Suspend("alpha");
        await gateway.Suspend("beta");
        (string, string)[] grant = [("grant_type", "client_credentials")];
        foreach (var answer in new[]
        {
            await gateway.Post("/oauth/token", [.. grant, ("client_id", "beta"), ("client_secret", coalition.Beta.Secret)]),
            await gateway.AskByAssertion(gateway.Assertion(key, "alpha")),
        })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "unauthorized_client"), (answer.Status, answer.Error));
            Assert.Contains("suspended", answer.Description, StringComparison.Ordinal);
        }
    }
}
