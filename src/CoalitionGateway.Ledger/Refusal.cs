using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>
/// A named refusal. <paramref name="Message"/> is for people. <paramref name="Metadata"/> holds all variable values,
/// such as the nearest value that would work. <paramref name="Field"/> is the request field at fault, if any. Refusals
/// are stored, so they contain no profile data.
/// </summary>
public sealed record Refusal(RefusalReason Reason, string Message, string? Field = null)
{
    private const byte _version = 1;

    public IReadOnlyList<(string Name, string Value)> Metadata { get; init; } = [];

    public Refusal With(string name, string value) => this with { Metadata = [.. Metadata, (name, value)] };

    public Refusal With(string name, long value) => With(name, value.ToString());

    /// <summary>The same refusal of a request that has the field below another one.</summary>
    public Refusal At(string path) => Field is null ? this : this with { Field = $"{path}.{Field}" };

    /// <summary>Whether the call only depends on the missing thing: a failed precondition, not a failed lookup.</summary>
    public bool IsPrecondition { get; init; }

    public byte[] Encode() => new CanonicalWriter()
        .Byte(_version).Number(Reason.Number).Text(Message).OptionalText(Field).Flag(IsPrecondition)
        .List(Metadata, static (w, pair) => w.Text(pair.Name).Text(pair.Value))
        .ToArray();

    public static Refusal Decode(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.Byte() is var version && version != _version)
        {
            throw new FormatException($"A stored refusal has version {version}; this gateway reads {_version}.");
        }

        var refusal = new Refusal(RefusalReason.Of(reader.Number()), reader.Text(), reader.OptionalText())
        {
            IsPrecondition = reader.Flag(),
            Metadata = reader.List(static r => (r.Text(), r.Text())),
        };
        reader.End();
        return refusal;
    }
}
