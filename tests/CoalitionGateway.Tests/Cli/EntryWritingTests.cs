using System.Net.Sockets;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Cli;

/// <summary>However a stream ends, its writer stops and leaves the reason to the stream's reader: it must not end the command.</summary>
public sealed class EntryWritingTests
{
    public static TheoryData<Exception> Endings =>
    [
        new RpcException(new Status(StatusCode.Unavailable, "The gateway is stopping.")),
        new InvalidOperationException("The call is complete."),
        new ObjectDisposedException("call"),
        new IOException("The request was aborted."),
        new HttpIOException(HttpRequestError.ResponseEnded),
        new HttpRequestException("The request was aborted."),
        new HttpRequestException(HttpRequestError.ConnectionError, "Refused.", new SocketException((int)SocketError.ConnectionRefused)),
        new TaskCanceledException(),
    ];

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task StreamHasEnded_WriteAndCompleteDoNotThrow(Exception ending)
    {
        var stream = new Ended(ending);
        Assert.False(await stream.TryWrite(new StreamPurchasesRequest(), isFollowed: false));
        await stream.TryComplete();
    }

    [Fact]
    public async Task OtherFailure_IsThrown()
    {
        var stream = new Ended(new FormatException("A fault of the command's own."));
        await Assert.ThrowsAsync<FormatException>(() => stream.TryWrite(new StreamPurchasesRequest(), isFollowed: false));
    }

    private sealed class Ended(Exception ending) : IClientStreamWriter<StreamPurchasesRequest>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(StreamPurchasesRequest message) => Task.FromException(ending);

        public Task CompleteAsync() => Task.FromException(ending);
    }
}
