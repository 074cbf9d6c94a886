namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A programme. Its days begin in <paramref name="TimeZone"/> (IANA name).</summary>
public sealed record Programme(
    ProgrammeId Id, PartnerId PartnerId, string DisplayName, string TimeZone,
    string ValueCurrencyCode, long ValueMicros, DateTime CreateTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new OwnedBy(PartnerId)];

    /// <summary>The value of one point.</summary>
    public Money PointValue => new(ValueCurrencyCode, ValueMicros);

    public sealed record Of(ProgrammeId Id) : Key<Programme>;

    public sealed record OwnedBy(PartnerId PartnerId) : Key<Programme>;
}
