using System.Net;
using System.Text;
using CoalitionGateway.Testing;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>What strangers may send to the sign-in pages. None of it is a fault of the gateway.</summary>
public sealed class PageFormTests(TestCoalition coalition) : IClassFixture<TestCoalition>
{
    [Theory]
    [InlineData("sign-in/passkey", "application/json", """{"credential":"{}"}""")]
    [InlineData("sign-in/passkey", "application/json", """{"credential":"no JSON"}""")]
    [InlineData("sign-in/passkey", "application/json", "{")]
    [InlineData("sign-in/passkey", "application/json; charset=utf-99", "{}")]
    [InlineData("sign-in/passkeys", "application/json", """{"credential":"{}","name":"a","code":"AAAAAAAAAAAA"}""")]
    [InlineData("sign-in/passkeys/options", "application/json", """{"code":"AAAAAAAAAAAA"}""")]
    [InlineData("sign-in/passkeys/options", "text/plain", "code")]
    [InlineData("sign-in/code", "application/json", "{}")]
    [InlineData("sign-in/code", "multipart/form-data; boundary=a", "no part")]
    [InlineData("sign-in/code", "application/x-www-form-urlencoded; charset=utf-7", "code=a")]
    [InlineData("sign-in/recovery", "text/plain", "")]
    [InlineData("sign-in/new-start", "multipart/form-data", "")]
    [InlineData("sign-in/consent", "application/json", "{}")]
    [InlineData("account/passkeys/remove", "text/plain", "")]
    public async Task Form_Malformed_IsNoFaultOfTheGateway(string path, string type, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{coalition.Gateway.Options.HttpUrl}/{path}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Add("Origin", new Uri(coalition.Gateway.Options.Issuer).GetLeftPart(UriPartial.Authority));
        using var response = await coalition.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.InRange((int)response.StatusCode, 200, 499);
    }

    [Theory]
    [InlineData("max_age=99999999999999")]
    [InlineData("max_age=-1")]
    [InlineData("prompt=consent&prompt=login")]
    [InlineData("ui_locales=%00")]
    public async Task AuthorizationRequest_WithOddParameters_IsNoFaultOfTheGateway(string more)
    {
        using var response = await coalition.Gateway.Http.GetAsync(
            $"{coalition.Gateway.Options.HttpUrl}/oauth/authorize?response_type=code&client_id={TestGateway.App}&redirect_uri={Uri.EscapeDataString(TestGateway.Redirect)}"
            + $"&code_challenge={OAuthForms.Challenge(OAuthForms.Verifier)}&code_challenge_method=S256&{more}",
            TestContext.Current.CancellationToken);
        Assert.InRange((int)response.StatusCode, 200, 499);
    }
}
