namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// A programme whose points may be in lots, because some version of its terms had points expire or be pending. For other
/// programmes no lots are looked up.
/// </summary>
/// <param name="TermsVersion">The last version of the terms with such a rule.</param>
/// <param name="EndsInactive">Whether some version let the points of inactive members expire.</param>
public sealed record LotKeeping(ProgrammeId ProgrammeId, long TermsVersion, bool EndsInactive) : Row
{
    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<LotKeeping>;
}
