namespace CoalitionGateway.Ledger.Programmes;

/// <summary>
/// One version of an agreement: a brand gives points of a programme. A published version never changes. It holds for
/// purchases from <paramref name="FromTime"/> on, until a later version holds.
/// </summary>
/// <param name="MaxReturnPointsPerDay">See <see cref="UnlinkedReturns.MaxPointsPerDay"/>.</param>
/// <param name="MaxAwardPointsPerDay">See <see cref="AwardLimits.PointsPerDay"/>.</param>
/// <param name="MaxOpeningPoints">See <see cref="AwardLimits.OpeningPoints"/>.</param>
/// <param name="AllowDebtByReturn">See <see cref="UnlinkedReturns.AllowDebt"/>.</param>
public sealed record Agreement(
    PartnerId PartnerId, ProgrammeId ProgrammeId, long Version, DateTime FromTime, Terms Terms,
    DateTime PublishTime, long MaxReturnPointsPerDay = 0, bool AllowDebtByReturn = false, long MaxAwardPointsPerDay = 0,
    long MaxOpeningPoints = 0) : Row
{
    public override Key Primary => new Of(PartnerId, ProgrammeId, Version);

    public override IEnumerable<Key> Sets => [new ByPartner(PartnerId), new ByProgramme(ProgrammeId)];

    /// <summary>The version of a programme's agreement that holds at a time; null if none does.</summary>
    public static Agreement? At(IReadOnlyList<Agreement> offered, ProgrammeId programme, DateTime time)
    {
        var found = default(Agreement);
        foreach (var version in offered)
        {
            if (version.ProgrammeId == programme && version.FromTime <= time && (found is null || version.IsAfter(found)))
            {
                found = version;
            }
        }

        return found;
    }

    private bool IsAfter(Agreement other) => FromTime > other.FromTime || (FromTime == other.FromTime && Version > other.Version);

    public sealed record Of(PartnerId PartnerId, ProgrammeId ProgrammeId, long Version) : Key<Agreement>;

    /// <summary>All versions of all agreements of a brand.</summary>
    public sealed record ByPartner(PartnerId PartnerId) : SetKey<Agreement>;

    /// <summary>All versions of all agreements about a programme's points.</summary>
    public sealed record ByProgramme(ProgrammeId ProgrammeId) : SetKey<Agreement>;
}
