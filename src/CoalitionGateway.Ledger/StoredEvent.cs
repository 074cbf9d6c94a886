namespace CoalitionGateway.Ledger;

/// <summary>A stored event: its bytes, and the columns that find it.</summary>
/// <param name="LogIndex">The place in the audit log: from 0, in the order in which events were decided, without gaps.</param>
/// <param name="Mac">Proves that a gateway decided the event: see <see cref="Ledger.Mac"/>.</param>
public sealed record StoredEvent(
    EventId Id, long LogIndex, EventKind Kind, DateTime Time, MemberId? MemberId, PartnerId? PartnerId, byte[] Body, byte[] Mac,
    int MacKeyId) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsInsertOnly => true;

    public static StoredEvent Store(Event made, long logIndex, Func<long, byte[], Mac> seal)
    {
        var body = made.Encode();
        var mac = seal(logIndex, body);
        return new(made.Id, logIndex, made.Kind, made.Time, made.Subject, made.Partner, body, mac.Value, mac.KeyId);
    }

    public sealed record Of(EventId Id) : Key<StoredEvent>;
}
