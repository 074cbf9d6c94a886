using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Sets what happens to a member's points in a programme at the member's erasure. Without a rule, they lapse.</summary>
/// <param name="HeirNumber">The number of the membership that gets the points. Null: the points lapse.</param>
public sealed record PublishClosingRule(CommandContext Context, ProgrammeId ProgrammeId, string? HeirNumber) : GovernedCommand<PublishClosingRule.State>(Context)
{
    public override string Method => nameof(PublishClosingRule);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ProgrammeId.Value).OptionalText(HeirNumber);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Programme.Of(ProgrammeId)),
        HeirNumber is { } number ? MembershipNumber.Find(rows, ProgrammeId, number) : null,
        rows.Find(new ClosingRule.Of(ProgrammeId)));

    public override Governance GovernanceOf(State state, DateTime now) => new($"{state.Before?.Version ?? 0} {state.Heir?.Id}") { About = state.Heir?.Id };

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Programme is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "programme_id");
        }

        return HeirNumber is not null && state.Heir is null
            ? MemberRefusals.NumberNotFound(ProgrammeId) with { Field = "heir_membership_number" }
            : new ClosingRulePublished(Header(now), ProgrammeId, state.Heir?.Id, (state.Before?.Version ?? 0) + 1);
    }

    public sealed record State(Programme? Programme, Membership? Heir, ClosingRule? Before);
}

[EventKind(6, Answers = "PublishClosingRule")]
public sealed record ClosingRulePublished(EventHeader Header, ProgrammeId ProgrammeId, MembershipId? HeirId, long Version) : Event(Header)
{
    public override void Apply(WorkingState rows) => rows.Put(new ClosingRule(ProgrammeId, HeirId, Version, Time));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ProgrammeId.Value).OptionalUuid(HeirId?.Value).Number(Version);

    internal static ClosingRulePublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), reader.OptionalUuid() is { } heir ? new MembershipId(heir) : null, reader.Number());
}
