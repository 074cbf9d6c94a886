using System.Net;
using System.Text;
using CoalitionGateway.Client;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The client's messages about a token endpoint's answers, valid or not.</summary>
public sealed class TokenAnswerTests
{
    [Theory]
    [InlineData(404, "text/html", "<html>\nnot here</html>", "invalid_response: http://issuer.example/token answered 404 with text/html, which is no token answer: '<html> not here</html>'")]
    [InlineData(200, "text/plain", "Healthy", "invalid_response: http://issuer.example/token answered 200 with text/plain, which is no token answer: 'Healthy'")]
    [InlineData(200, "application/json", "[]", "invalid_response: http://issuer.example/token answered 200 with application/json, which is no token answer: '[]'")]
    [InlineData(200, "application/json", "{\"issuer\": \"x\"}", "invalid_response: http://issuer.example/token answered 200 with application/json, which is no token answer: '{\"issuer\": \"x\"}'")]
    [InlineData(502, null, "", "invalid_response: http://issuer.example/token answered 502 with no type, which is no token answer: nothing")]
    [InlineData(400, "application/json", "{\"error\": \"invalid_scope\", \"error_description\": \"No such scope.\"}", "invalid_scope: No such scope.")]
    [InlineData(500, "application/json", "{\"access_token\": \"a\", \"expires_in\": 60}", "invalid_response: http://issuer.example/token answered 500 with application/json, which is no token answer: a token with an error's status")]
    public async Task AnswerWithoutAToken_IsRefusedAndQuoted(int status, string? type, string body, string message)
    {
        using var http = new HttpClient(new Answering((HttpStatusCode)status, type, body));
        using var tokens = new TokenSource(http, new Uri("http://issuer.example/token"), "id", "secret");
        var refused = await Assert.ThrowsAsync<TokenRefusedException>(async () => await tokens.Get(TestContext.Current.CancellationToken));
        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public async Task LongAnswer_IsShownShortened()
    {
        using var http = new HttpClient(new Answering(HttpStatusCode.OK, "text/html", new string('x', 100_000)));
        using var tokens = new TokenSource(http, new Uri("http://issuer.example/token"), "id", "secret");
        var refused = await Assert.ThrowsAsync<TokenRefusedException>(async () => await tokens.Get(TestContext.Current.CancellationToken));
        Assert.InRange(refused.Message.Length, 100, 300);
    }

    private sealed class Answering(HttpStatusCode status, string? type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = type is null ? null : new(type);
            return Task.FromResult(new HttpResponseMessage(status) { Content = content });
        }
    }
}
