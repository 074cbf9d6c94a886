namespace CoalitionGateway.Ledger;

/// <summary>
/// The stored answer to a request: the answering event or the refusal. <paramref name="Fingerprint"/> is a keyed hash
/// of the method and the command's bytes. The erasure of a member empties the fingerprints of requests about the
/// member; their request ids are then used up. Kept for ever.
/// </summary>
/// <param name="Mac">Proves that a gateway refused the request: see <see cref="Sealed"/>. Null beside an event.</param>
public sealed record StoredAnswer(
    string Caller, Guid RequestId, string Method, byte[] Fingerprint, EventId? EventId, byte[]? Refusal, DateTime Time,
    byte[]? Mac = null, int? MacKeyId = null) : Row
{
    /// <summary>The value instead of a log index for a refusal, which has no place in the log.</summary>
    public const long NoPlace = -1;

    public override Key Primary => new Of(Caller, RequestId);

    public override bool IsInsertOnly => true;

    /// <summary>The row with the MAC of its refusal. A row with an event stays unchanged: the event has its own MAC.</summary>
    public StoredAnswer SealedBy(Func<long, byte[], Mac> seal) =>
        Refusal is not null && seal(NoPlace, Sealed()) is var mac ? this with { Mac = mac.Value, MacKeyId = mac.KeyId } : this;

    /// <summary>The row of the request that an event answers, without a fingerprint. Null if it answers none.</summary>
    public static StoredAnswer? AnsweredBy(Event made) => made.Answers is { } method
        ? new StoredAnswer(made.Header.Actor.ToString(), made.Header.RequestId, method, [], made.Id, null, made.Time)
        : null;

    /// <summary>The bytes that the MAC of a refused request covers.</summary>
    public byte[] Sealed() => new Encoding.CanonicalWriter()
        .Text(Caller).Uuid(RequestId).Text(Method).Bytes(Refusal ?? []).Time(Time).ToArray();

    public sealed record Of(string Caller, Guid RequestId) : Key<StoredAnswer>;
}
