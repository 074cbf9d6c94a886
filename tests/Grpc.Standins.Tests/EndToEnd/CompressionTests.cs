using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace Grpc.Standins.Tests.EndToEnd;

public sealed class CompressionTests(EchoServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip", WriteFlags.BufferHint, 1)]
    [InlineData("deflate", WriteFlags.BufferHint, 1)]
    [InlineData("gzip", WriteFlags.NoCompress, 0)]
    public async Task Compression_OfTheRequest_IsUsedUnlessTheCallForbidsIt(string encoding, WriteFlags flags, int compressed)
    {
        var gzip = new Counting(new GzipCompressionProvider(CompressionLevel.Fastest));
        var deflate = new Counting(new DeflateCompressionProvider(CompressionLevel.Fastest));
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { CompressionProviders = [gzip, deflate] });
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", encoding } }, writeOptions: new WriteOptions(flags), cancellationToken: Token);
        var text = new string('z', 100_000);

        var response = await new Echo.EchoClient(channel).SayAsync(new EchoRequest { Text = text }, options);

        Assert.Equal(text, response.Text);
        Assert.Equal(compressed, (encoding == "gzip" ? gzip : deflate).Compressed);
        Assert.Equal(1, gzip.Decompressed); // The server answers in gzip, whatever it was asked in.
    }

    private sealed class Counting(ICompressionProvider inner) : ICompressionProvider
    {
        public int Compressed { get; private set; }

        public int Decompressed { get; private set; }

        public string EncodingName => inner.EncodingName;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        {
            Compressed++;
            return inner.CreateCompressionStream(stream, compressionLevel);
        }

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed++;
            return inner.CreateDecompressionStream(stream);
        }
    }
}
