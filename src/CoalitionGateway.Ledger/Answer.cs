using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>The answer to a command: the answering event or the refusal, and whether it repeats a stored answer.</summary>
public sealed record Answer(Event? Event, Refusal? Refusal, bool IsRepeated)
{
    /// <summary>The follow-ups that the answer needs: see <see cref="Ledger.Event.AnsweredFrom"/>.</summary>
    public IReadOnlyList<Event> FollowUps { get; init; } = [];

    /// <summary>The answer in the form in which one gateway sends it to another.</summary>
    public byte[] Encode() => new CanonicalWriter().Flag(IsRepeated).OptionalBytes(Event?.Encode()).OptionalBytes(Refusal?.Encode())
        .List(FollowUps, static (w, made) => w.Bytes(made.Encode())).ToArray();

    /// <exception cref="FormatException">The bytes are not an answer.</exception>
    public static Answer Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var isRepeated = reader.Flag();
        var (made, refusal) = (reader.OptionalBytes(), reader.OptionalBytes());
        var answer = new Answer(made is null ? null : EventCodec.Decode(made), refusal is null ? null : Ledger.Refusal.Decode(refusal), isRepeated)
        {
            FollowUps = reader.List(static r => EventCodec.Decode(r.Bytes())),
        };
        reader.End();
        return answer;
    }
}
