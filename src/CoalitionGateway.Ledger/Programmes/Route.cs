namespace CoalitionGateway.Ledger.Programmes;

/// <summary>The terms of transfers from one programme to another.</summary>
/// <param name="MinimumPoints">A multiple of 1000, at least 1000.</param>
/// <param name="MaximumPoints">A multiple of 1000; 0: no maximum.</param>
public sealed record Route(
    ProgrammeId SourceId, ProgrammeId DestinationId, long RatioNumerator, long RatioDenominator,
    long MinimumPoints, long MaximumPoints, bool IsOpen, long Version, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(SourceId, DestinationId);

    public override IEnumerable<Key> Sets => [new All()];

    /// <summary>The points that arrive for source points, rounded down; null above <see cref="Points.MaxPerCommand"/>.</summary>
    public long? Arriving(long points)
    {
        var arriving = (Int128)points * RatioNumerator / RatioDenominator;
        return arriving <= Points.MaxPerCommand ? (long)arriving : null;
    }

    public sealed record Of(ProgrammeId SourceId, ProgrammeId DestinationId) : Key<Route>;

    public sealed record All : SetKey<Route>;
}
