using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class StreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAllAsync_OfAStream_YieldsEveryMessageOnce()
    {
        List<string> read = [];
        await foreach (var text in new Reader("a", "b").ReadAllAsync(Token))
        {
            read.Add(text);
        }

        Assert.Equal(["a", "b"], read);
    }

    [Fact]
    public async Task ReadAllAsync_TokenCancelled_IsPassedToTheReader()
    {
        var cancelled = new CancellationToken(canceled: true);
        await using var byArgument = new Reader("a").ReadAllAsync(cancelled).GetAsyncEnumerator(Token);
        await using var byEnumerator = new Reader("a").ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await byArgument.MoveNextAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await byEnumerator.MoveNextAsync());
    }

    [Fact]
    public void ReadAllAsync_NoReader_IsRefusedAtOnce() =>
        Assert.Throws<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync(Token));

    [Fact]
    public async Task MoveNext_WithoutAToken_ReadsTheNextMessage()
    {
        var reader = new Reader("a");

        Assert.True(await reader.MoveNext());
        Assert.Equal("a", reader.Current);
        Assert.False(await reader.MoveNext());
    }

    [Fact]
    public async Task WriteAsync_WriterWithoutCancellation_RefusesATokenThatCanBeCancelled()
    {
        var writer = new Writer();
        IAsyncStreamWriter<string> stream = writer;
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAsync<NotSupportedException>(async () => await stream.WriteAsync("refused", cancellation.Token));
        await stream.WriteAsync("written", CancellationToken.None);

        Assert.Equal(["written"], writer.Written);
    }

    [Theory]
    [InlineData("gzip", 0x1f)]
    [InlineData("deflate", 0x78)]
    public void CompressionProvider_RoundTrip_KeepsTheBytesAndLeavesTheStreamOpen(string name, byte firstByte)
    {
        ICompressionProvider provider = name == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Optimal)
            : new DeflateCompressionProvider(CompressionLevel.Optimal);
        var bytes = new byte[10_000];
        bytes[5_000] = 1;
        using var compressed = new MemoryStream();

        using (var compressing = provider.CreateCompressionStream(compressed, null))
        {
            compressing.Write(bytes);
        }

        Assert.Equal(name, provider.EncodingName);
        Assert.InRange(compressed.Length, 1, 200);
        Assert.Equal(firstByte, compressed.ToArray()[0]);
        compressed.Position = 0;
        using var result = new MemoryStream();
        using (var decompressing = provider.CreateDecompressionStream(compressed))
        {
            decompressing.CopyTo(result);
        }

        Assert.Equal(bytes, result.ToArray());
        Assert.True(compressed.CanRead);
    }

    [Fact]
    public void CompressionProvider_LevelGiven_OverridesItsOwn()
    {
        var provider = new GzipCompressionProvider(CompressionLevel.Optimal);
        var bytes = new byte[10_000];
        using var compressed = new MemoryStream();

        using (var compressing = provider.CreateCompressionStream(compressed, CompressionLevel.NoCompression))
        {
            compressing.Write(bytes);
        }

        Assert.True(compressed.Length > bytes.Length);
    }
}
