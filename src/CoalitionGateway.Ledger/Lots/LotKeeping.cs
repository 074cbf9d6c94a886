namespace CoalitionGateway.Ledger.Lots;

/// <summary>
/// A programme whose points may be in lots, because some version of its terms had points expire or be pending. For other
/// programmes no lots are looked up.
/// </summary>
public sealed record LotKeeping(ProgrammeId ProgrammeId) : Row
{
    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<LotKeeping>;
}
