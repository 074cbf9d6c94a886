using System.Runtime.CompilerServices;
using System.Text;

namespace CoalitionGateway.Privacy;

/// <summary>Joins the small pieces of a document into large parts, and holds one part at a time.</summary>
internal static class PersonalDocument
{
    /// <summary>The largest part in bytes. Only the last part is smaller by a character or more.</summary>
    public const int PartBytes = 65_536;

    private const int _longestCharacter = 4;

    /// <param name="pieces">The pieces of the document.</param>
    /// <returns>The parts in UTF-8. A part is valid until the next one is requested.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Parts(IAsyncEnumerable<string> pieces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (encoder, part, used) = (Encoding.UTF8.GetEncoder(), new byte[PartBytes], 0);
        await foreach (var piece in pieces.WithCancellation(cancellation))
        {
            for (var read = 0; read < piece.Length;)
            {
                // The encoder throws if not even one character fits.
                if (part.Length - used < _longestCharacter)
                {
                    yield return part.AsMemory(0, used);
                    used = 0;
                }

                encoder.Convert(piece.AsSpan(read), part.AsSpan(used), flush: false, out var chars, out var bytes, out _);
                (read, used) = (read + chars, used + bytes);
            }
        }

        if (used > 0)
        {
            yield return part.AsMemory(0, used);
        }
    }
}
