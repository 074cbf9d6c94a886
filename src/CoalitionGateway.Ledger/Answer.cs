using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>What a caller is told: the event that its command led to, or the refusal; and whether it was before.</summary>
public sealed record Answer(Event? Event, Refusal? Refusal, bool IsRepeated)
{
    /// <summary>The follow-ups that the answer is made from: see <see cref="Ledger.Event.AnsweredFrom"/>.</summary>
    public IReadOnlyList<Event> FollowUps { get; init; } = [];

    /// <summary>The answer as one gateway gives it to another.</summary>
    public byte[] Encode() => new CanonicalWriter().Flag(IsRepeated).OptionalBytes(Event?.Encode()).OptionalBytes(Refusal?.Encode())
        .List(FollowUps, static (w, made) => w.Bytes(made.Encode())).ToArray();

    /// <exception cref="FormatException">The bytes are no answer.</exception>
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
