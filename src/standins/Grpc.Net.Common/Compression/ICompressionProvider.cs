using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses and decompresses messages in one encoding. Disposing a stream of it leaves the inner stream open.</summary>
public interface ICompressionProvider
{
    /// <summary>The name in the headers grpc-encoding and grpc-accept-encoding.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into the given one; without a level, at the provider's own.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses from the given one.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
