using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Decompresses a message only up to the largest message size. 64 KiB of gzip can hold 64 MiB, which the framework
/// would decompress before it checks the size. Answers are not compressed.
/// </summary>
internal sealed class BoundedDecompression(ICompressionProvider inner) : ICompressionProvider
{
    /// <summary>The encodings that clients may use for a message.</summary>
    public const string Encodings = "identity, gzip, deflate";

    public static IEnumerable<ICompressionProvider> All =>
    [
        new BoundedDecompression(new GzipCompressionProvider(CompressionLevel.Fastest)),
        new BoundedDecompression(new DeflateCompressionProvider(CompressionLevel.Fastest)),
    ];

    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new Bounded(inner.CreateDecompressionStream(stream));

    private sealed class Bounded(Stream unpacked) : Stream
    {
        private int _left = RpcSetup.MaxMessageBytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = unpacked.Read(buffer);
            _left -= count;
            return _left >= 0 ? count : throw new RpcException(new Status(StatusCode.ResourceExhausted, "The message is too large when it is unpacked."));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            unpacked.Dispose();
            base.Dispose(disposing);
        }
    }
}
