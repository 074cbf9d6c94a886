using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Generating;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>Sends calls over HTTP/2 byte by byte and reads the answers.</summary>
internal sealed class GrpcWire(string address) : IDisposable
{
    private const long _mostBytes = 4 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="endsByItself">Whether the method's answer ends when the caller's messages end. If not, the caller leaves
    /// after a moment.</param>
    public async Task<WireAnswer> Send(Shot shot, string? token, bool endsByItself = true)
    {
        using var patience = new CancellationTokenSource(Settings.Patience);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        if ((shot.LeavesAfter ?? (endsByItself ? null : TimeSpan.FromMilliseconds(400))) is { } after)
        {
            leaving.CancelAfter(after);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address + shot.Path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new Frames(shot.Body, shot.Ends, leaving.Token);
        request.Content.Headers.TryAddWithoutValidation("content-type", shot.ContentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (token is not null && shot.Headers.All(header => header.Name != "authorization"))
        {
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
        }

        foreach (var (name, value) in shot.Headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            return await WireAnswer.Read(response, _mostBytes, leaving.Token);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return new WireAnswer(0, null, "", null, [], null) { IsLeft = true };
        }
        catch (OperationCanceledException)
        {
            return new WireAnswer(0, null, "", null, [], "no answer");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return leaving.IsCancellationRequested && !patience.IsCancellationRequested
                ? new WireAnswer(0, null, "", null, [], null) { IsLeft = true }
                : new WireAnswer(0, null, "", null, [], $"{failed.Message} {failed.InnerException?.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The request body. If it does not end, it stays open until the caller leaves.</summary>
    private sealed class Frames(byte[] body, bool ends, CancellationToken leaving) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body, leaving);
            await stream.FlushAsync(leaving);
            if (!ends)
            {
                await Task.Delay(Settings.Patience, leaving);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
