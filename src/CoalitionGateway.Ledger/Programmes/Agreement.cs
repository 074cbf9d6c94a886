namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A brand gives <paramref name="Points"/> points of a programme for each <paramref name="SpendMicros"/>.</summary>
/// <param name="MaxReturnPointsPerDay">See <see cref="UnlinkedReturns.MaxPointsPerDay"/>.</param>
/// <param name="AllowDebtByReturn">See <see cref="UnlinkedReturns.AllowDebt"/>.</param>
public sealed record Agreement(
    PartnerId PartnerId, ProgrammeId ProgrammeId, long Points, string CurrencyCode, long SpendMicros,
    Rounding Rounding, long Version, DateTime PublishTime, long MaxReturnPointsPerDay = 0, bool AllowDebtByReturn = false) : Row
{
    public override Key Primary => new Of(PartnerId, ProgrammeId);

    public override IEnumerable<Key> Sets => [new ByPartner(PartnerId)];

    /// <summary>
    /// The points for an amount; null if they exceed <see cref="Ledger.Points.MaxPerCommand"/>. The product of the
    /// largest amount and the largest rate is below 2^127.
    /// </summary>
    public long? PointsFor(long micros)
    {
        var exact = (Int128)micros * Points;
        var (whole, rest) = Int128.DivRem(exact, SpendMicros);
        var points = Rounding switch
        {
            Rounding.Down => whole,
            Rounding.Nearest => rest * 2 >= SpendMicros ? whole + 1 : whole,
            _ => rest > 0 ? whole + 1 : whole,
        };
        return points <= Ledger.Points.MaxPerCommand ? (long)points : null;
    }

    public sealed record Of(PartnerId PartnerId, ProgrammeId ProgrammeId) : Key<Agreement>;

    public sealed record ByPartner(PartnerId PartnerId) : SetKey<Agreement>;
}
