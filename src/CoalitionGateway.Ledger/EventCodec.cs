using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>Reads events back from their bytes: see <see cref="Event.Encode"/>.</summary>
public static class EventCodec
{
    /// <exception cref="FormatException">The bytes are not an event, or of an unknown kind or version.</exception>
    public static Event Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var version = reader.Byte();
        var number = reader.Number();
        if (number is < 0 or > int.MaxValue || EventForm.Find(new EventKind((int)number)) is not { } form)
        {
            throw new FormatException($"A stored event is of kind {number}, which this gateway does not know.");
        }

        if (form.ReaderOf(version) is not { } read)
        {
            throw new FormatException($"A stored {form.Kind} has version {version}; this gateway reads 1 to {form.Version}.");
        }

        var header = new EventHeader(new EventId(reader.Uuid()), reader.Time(), Caller.Parse(reader.Text()), reader.Uuid());
        var decoded = read(header, reader);
        reader.End();
        return decoded;
    }

    internal static CanonicalWriter Postings(this CanonicalWriter writer, IReadOnlyList<Posting> postings) =>
        writer.List(postings, static (w, posting) => posting.Encode(w));

    internal static Posting[] Postings(this CanonicalReader reader) => reader.List(Posting.Decode);
}
