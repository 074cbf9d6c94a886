namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Says what happens to a member's points in a programme when the member is erased.</summary>
/// <param name="HeirId">The membership that gets the points, such as a charity's. Null: the points lapse.</param>
public sealed record ClosingRule(ProgrammeId ProgrammeId, MembershipId? HeirId, long Version, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(ProgrammeId);

    public sealed record Of(ProgrammeId ProgrammeId) : Key<ClosingRule>;
}
