namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A partner brand.</summary>
public sealed record Partner(PartnerId Id, string DisplayName, DateTime CreateTime) : Row
{
    public override Key Primary => new Of(Id);

    public sealed record Of(PartnerId Id) : Key<Partner>;
}

/// <summary>A partner's OAuth client. <paramref name="SecretHash"/> is the SHA-256 of a 256-bit secret.</summary>
/// <param name="PublicKeys">The keys by which it proves itself, as a JWK set; null: by its secret alone.</param>
/// <param name="IsSuspended">While it is, it gets no token.</param>
public sealed record PartnerClient(string ClientId, PartnerId PartnerId, byte[] SecretHash, string Scopes, string? PublicKeys = null, bool IsSuspended = false) : Row
{
    public override Key Primary => new Of(ClientId);

    public sealed record Of(string ClientId) : Key<PartnerClient>
    {
        public override bool RemembersAbsence() => false;
    }
}

/// <summary>A programme. Its days begin in <paramref name="TimeZone"/> (IANA name).</summary>
public sealed record Programme(
    ProgrammeId Id, PartnerId PartnerId, string DisplayName, string TimeZone,
    string ValueCurrencyCode, long ValueMicros, DateTime CreateTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new OwnedBy(PartnerId)];

    /// <summary>What one point is worth.</summary>
    public Money PointValue => new(ValueCurrencyCode, ValueMicros);

    public sealed record Of(ProgrammeId Id) : Key<Programme>;

    public sealed record OwnedBy(PartnerId PartnerId) : Key<Programme>;
}

/// <summary>What becomes of points when a member is erased.</summary>
/// <param name="HeirId">The membership that gets them, such as a charity's; null: they lapse.</param>
public sealed record ClosingRule(ProgrammeId ProgrammeId, MembershipId? HeirId, long Version, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<ClosingRule>;
}

/// <summary>How exact points become whole ones; the numbers are those of the contract.</summary>
public enum Rounding
{
    Down = 1,
    Nearest = 2,
    Up = 3,
}

/// <summary>The terms for returns whose purchase is not known.</summary>
/// <param name="MaxPointsPerDay">The most that they take from one member in one day (UTC); 0: no such limit.</param>
/// <param name="AllowDebt">
/// Whether they may take more than the brand gave the member: the rest is owed. Only in the brand's own programme.
/// </param>
public readonly record struct UnlinkedReturns(long MaxPointsPerDay, bool AllowDebt);

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
    /// The points for an amount; null where they exceed <see cref="Ledger.Points.MaxPerCommand"/>. The product of
    /// the largest amount and rate is below 2^127.
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

/// <summary>The terms of transfers from one programme to another.</summary>
/// <param name="MinimumPoints">A multiple of 1000, at least 1000.</param>
/// <param name="MaximumPoints">A multiple of 1000; 0 for no such rule.</param>
public sealed record Route(
    ProgrammeId SourceId, ProgrammeId DestinationId, long RatioNumerator, long RatioDenominator,
    long MinimumPoints, long MaximumPoints, bool IsOpen, long Version, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(SourceId, DestinationId);

    public override IEnumerable<Key> Sets => [new All()];

    /// <summary>What arrives for source points, rounded down; null where it exceeds <see cref="Points.MaxPerCommand"/>.</summary>
    public long? Arriving(long points)
    {
        var arriving = (Int128)points * RatioNumerator / RatioDenominator;
        return arriving <= Points.MaxPerCommand ? (long)arriving : null;
    }

    public sealed record Of(ProgrammeId SourceId, ProgrammeId DestinationId) : Key<Route>;

    public sealed record All : SetKey<Route>;
}
