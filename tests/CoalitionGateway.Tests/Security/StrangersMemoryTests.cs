using System.Net;

namespace CoalitionGateway.Tests.Security;

/// <summary>The memory that somebody without a token can make the gateway hold.</summary>
public sealed class StrangersMemoryTests(TestCoalition coalition)
{
    [Theory]
    [InlineData("/oauth/token")]
    [InlineData("/oauth/revoke")]
    public async Task Form_LargerThanTheLimit_IsRefusedUnread(string path)
    {
        foreach (var isChunked in new[] { false, true })
        {
            // A chunked form shows its length only as its pieces come. One piece already exceeds the limit.
            var sent = new CountedContent(isChunked ? 9000 : 4 * 1024 * 1024, isChunked);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{coalition.Gateway.Options.HttpUrl}{path}") { Content = sent };
            request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded");
            request.Headers.ExpectContinue = true;
            using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.InRange(sent.Sent, 0, isChunked ? 9000 : 0);
        }
    }

    [Fact]
    public async Task Form_WithManyFields_IsRefused()
    {
        var fields = Enumerable.Range(0, 100).Select(i => ($"f{i}", "x")).ToArray();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), Outcome(await coalition.Gateway.Post("/oauth/token", fields)));
    }

    private static (HttpStatusCode, string?) Outcome(OAuthAnswer answer) => (answer.Status, answer.Error);

    /// <summary>A form of many bytes. It counts the bytes that were sent.</summary>
    private sealed class CountedContent(int length, bool isChunked) : HttpContent
    {
        public int Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var whole = new byte[length];
            Array.Fill(whole, (byte)'a');
            Sent = length;
            await stream.WriteAsync(whole);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return !isChunked;
        }
    }
}
