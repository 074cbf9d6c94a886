using System.Net;
using System.Text;
using System.Text.Json;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A form in a charset other than UTF-8 is no fault of the gateway. (The fuzzer found that UTF-7 was answered with 500.)
/// </summary>
public sealed class FormCharsetTests(TestCoalition coalition)
{
    [Theory]
    [InlineData("/oauth/token", "utf-7")]
    [InlineData("/oauth/revoke", "utf-7")]
    [InlineData("/oauth/token", "UTF-16")]
    [InlineData("/oauth/token", "nothing")]
    public async Task Form_InAnotherCharsetThanUtf8_IsAnInvalidRequest(string path, string charset)
    {
        var (status, error) = await Post(path, $"application/x-www-form-urlencoded; charset={charset}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, error));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded; charset=\"utf-8\"")]
    [InlineData("application/x-www-form-urlencoded; charset=us-ascii")]
    public async Task Form_InUtf8OrASubset_IsRead(string type)
    {
        var (status, _) = await Post("/oauth/token", type);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private async Task<(HttpStatusCode Status, string? Error)> Post(string path, string type)
    {
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes($"grant_type=client_credentials&client_id={coalition.Beta.ClientId}&client_secret={Uri.EscapeDataString(coalition.Beta.Secret)}"));
        content.Headers.TryAddWithoutValidation("content-type", type);
        using var answer = await coalition.Gateway.Http.PostAsync(coalition.Gateway.Options.HttpUrl + path, content);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (answer.StatusCode, json.TryGetProperty("error", out var error) ? error.GetString() : null);
    }
}
