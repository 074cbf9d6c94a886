using System.Runtime.CompilerServices;
using System.Text;

namespace CoalitionGateway.Privacy;

/// <summary>Cuts a document that comes in small pieces into large parts, so that no more than a part is held.</summary>
internal static class PersonalDocument
{
    /// <summary>The most bytes of a part. Only the last is more than a character's bytes shorter.</summary>
    public const int PartBytes = 65_536;

    private const int _longestCharacter = 4;

    /// <param name="pieces">The document.</param>
    /// <returns>The parts in UTF-8; each is good until the next is asked for.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Parts(IAsyncEnumerable<string> pieces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (encoder, part, used) = (Encoding.UTF8.GetEncoder(), new byte[PartBytes], 0);
        await foreach (var piece in pieces.WithCancellation(cancellation))
        {
            for (var read = 0; read < piece.Length;)
            {
                // The encoder fails where not one character has room.
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
