using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A malformed id never reaches the store, on any path. The store is down here, and the answer is still that of an unknown
/// client.
/// </summary>
[Trait("Store", "any")]
public sealed class IdsOfNoFormTests
{
    public static TheoryData<string> Ids => ["a\0b", "\0", "alpha\0", "Alpha", "al", "alpha beta", "älpha", new string('a', 41), "alpha\n", "../alpha"];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Client_MalformedId_IsUnknownWithoutAskingTheStore(string id)
    {
        await using var gateway = await TestGateway.Start(extend: FragileStore.Use);
        var store = (FragileStore)gateway.Services.GetRequiredService<CoalitionGateway.Platform.Store.LedgerStore>();
        store.IsDown = true;
        (string, string)[] grant = [("grant_type", "client_credentials")];
        Refused(await gateway.Post("/oauth/token", [.. grant, ("client_id", id), ("client_secret", "x")]));
        Refused(await gateway.Post("/oauth/token", grant, basic: $"{id}:x"));
        Refused(await gateway.Post("/oauth/token", grant, basic: $"{Uri.EscapeDataString(id)}:x"));
        Refused(await gateway.AskByAssertion(Unsigned(id)));
        Refused(await gateway.Post("/oauth/revoke", [("token", "x"), ("client_id", id), ("client_secret", "x")]));
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.Authorize("nobody", ("client_id", id))).Status);

        // A well-formed id is looked up, so the outage of the store shows.
        var asked = await gateway.Post("/oauth/token", [.. grant, ("client_id", "alpha"), ("client_secret", "x")]);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (asked.Status, asked.Error));
        store.IsDown = false;
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a b")]
    [InlineData("aurora\0/AU-1")]
    [InlineData("Aurora/AU-1")]
    public async Task Member_MalformedNumber_IsNotSignedIn(string hint)
    {
        await using var gateway = await TestGateway.Start();
        var (status, location) = await gateway.Authorize(hint);
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.Contains("error=login_required", location!.Query, StringComparison.Ordinal);
    }

    /// <summary>U+0000 in a form is refused before the form is parsed.</summary>
    private static void Refused(OAuthAnswer answer) => Assert.Contains(
        (answer.Status, answer.Error), new (HttpStatusCode, string?)[] { (HttpStatusCode.Unauthorized, "invalid_client"), (HttpStatusCode.BadRequest, "invalid_request") });

    private static string Unsigned(string subject) => string.Join(
        '.', Part("""{"alg":"none"}"""), Part($$"""{"sub":{{System.Text.Json.JsonSerializer.Serialize(subject)}}}"""), "");

    private static string Part(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));
}
