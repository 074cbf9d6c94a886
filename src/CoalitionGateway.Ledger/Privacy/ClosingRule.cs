namespace CoalitionGateway.Ledger.Privacy;

/// <summary>What becomes of points when a member is erased.</summary>
/// <param name="HeirId">The membership that gets them, such as a charity's; null: they lapse.</param>
public sealed record ClosingRule(ProgrammeId ProgrammeId, MembershipId? HeirId, long Version, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<ClosingRule>;
}
