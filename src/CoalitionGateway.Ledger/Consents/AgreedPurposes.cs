namespace CoalitionGateway.Ledger.Consents;

/// <summary>The purposes, other than running the programme, that the coalition has agreed with a partner.</summary>
/// <param name="Purposes">Numbers of <see cref="Purpose"/>, ascending, with commas between.</param>
public sealed record AgreedPurposes(PartnerId PartnerId, string Purposes, long Version, DateTime AgreeTime) : Row
{
    public override Key Primary => new Of(PartnerId);

    public IReadOnlyList<Purpose> List => [.. Numbers.Split(Purposes).Select(number => (Purpose)number)];

    public bool Covers(Purpose purpose) => List.Contains(purpose);

    public sealed record Of(PartnerId PartnerId) : Key<AgreedPurposes>;
}
