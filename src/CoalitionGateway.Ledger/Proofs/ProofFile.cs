namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Recognises the kind of a proof file, and reads it strictly. docs/formats describes the kinds.</summary>
public static class ProofFile
{
    /// <summary>The largest size of a proof in bytes. The largest event and notice need only a small part of it.</summary>
    public const int MaxBytes = 1 << 20;

    private const string _where = "The file";

    /// <exception cref="FormatException">The bytes are not a proof; the message says why.</exception>
    public static Proof Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
        {
            throw new FormatException($"{_where} is longer than {MaxBytes} bytes, which no proof is.");
        }

        var text = StrictObject.Utf8(file, _where);
        var trimmed = text.Trim(' ', '\t', '\r', '\n');
        if (trimmed.StartsWith('{'))
        {
            return StrictObject.Read(text, _where, ReadJson);
        }

        if (trimmed.Contains("\n\n\u2014 ", StringComparison.Ordinal))
        {
            throw new FormatException(
                $"{_where} is a checkpoint alone, which says how long the log was. coalition prove --consistency makes a proof from it.");
        }

        return ConsentReceipt.IsOfItsShape(trimmed)
            ? ConsentReceipt.Parse(trimmed)
            : throw new FormatException(
                $"{_where} is neither a proof bundle nor a consistency proof, which are JSON objects, nor a consent receipt, which is "
                + "three parts of base64url with dots between.");
    }

    private static Proof ReadJson(StrictObject members) => members.OptionalText("format") switch
    {
        ProofBundle.FormatName => ProofBundle.Read(members),
        ConsistencyProof.FormatName => ConsistencyProof.Read(members),
        var other => throw members.Wrong(
            "format",
            $"{(other is null ? "is missing; it " : "")}must be \"{ProofBundle.FormatName}\" or \"{ConsistencyProof.FormatName}\""),
    };
}
