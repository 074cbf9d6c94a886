namespace CoalitionGateway.Ledger;

/// <summary>
/// The stored answer to a request. <paramref name="Fingerprint"/> is a keyed hash of the method and the command's
/// bytes, empty once a member was erased whom it is about: then the id is used up. The answer is the event it led to, or the
/// refusal. Kept for ever.
/// </summary>
/// <param name="Mac">Proves that a gateway refused it: see <see cref="Sealed"/>. Null beside an event, which has its own.</param>
public sealed record StoredAnswer(
    string Caller, Guid RequestId, string Method, byte[] Fingerprint, EventId? EventId, byte[]? Refusal, DateTime Time,
    byte[]? Mac = null, int? MacKeyId = null) : Row
{
    /// <summary>Stands where the place in the log of an event would: a refusal has none.</summary>
    public const long NoPlace = -1;

    public override Key Primary => new Of(Caller, RequestId);

    public override bool IsInsertOnly => true;

    /// <summary>The row with the MAC of its refusal. An event has one of its own.</summary>
    public StoredAnswer SealedBy(Func<long, byte[], Mac> seal) =>
        Refusal is not null && seal(NoPlace, Sealed()) is var mac ? this with { Mac = mac.Value, MacKeyId = mac.KeyId } : this;

    /// <summary>The row of the request that an event answers, without the fingerprint, which no event has; null: it answers none.</summary>
    public static StoredAnswer? AnsweredBy(Event made) => made.Answers is { } method
        ? new StoredAnswer(made.Header.Actor.ToString(), made.Header.RequestId, method, [], made.Id, null, made.Time)
        : null;

    /// <summary>What the MAC of a refused request is over.</summary>
    public byte[] Sealed() => new Encoding.CanonicalWriter()
        .Text(Caller).Uuid(RequestId).Text(Method).Bytes(Refusal ?? []).Time(Time).ToArray();

    public sealed record Of(string Caller, Guid RequestId) : Key<StoredAnswer>;
}
