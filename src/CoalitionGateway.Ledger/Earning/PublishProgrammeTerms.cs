using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>Publishes a version of a programme's terms.</summary>
public sealed record PublishProgrammeTerms(CommandContext Context, ProgrammeId ProgrammeId, ProgrammeRules Rules) : GovernedCommand<PublishProgrammeTerms.State>(Context)
{
    /// <summary>From when on the version holds for purchases. Null: from its publication.</summary>
    public DateTime? FromTime { get; init; }

    /// <summary>Whether <see cref="FromTime"/> may be in the past, where old purchases are imported.</summary>
    public bool MayBePast { get; init; }

    public override string Method => nameof(PublishProgrammeTerms);

    public override void Encode(CanonicalWriter writer) => Rules.Encode(writer.Byte(1).Text(ProgrammeId.Value)).OptionalTime(FromTime);

    public override State Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new LotKeeping.Of(ProgrammeId));
        return new State(rows.Find(new Programme.Of(ProgrammeId)), rows.FindAll(new ProgrammeTerms.ByProgramme(ProgrammeId)));
    }

    public override Governance GovernanceOf(State state, DateTime now) => new($"{state.Before.Count}");

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Programme is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "terms.programme_id");
        }

        if (FromTime < now && !MayBePast)
        {
            return ProgrammeRefusals.RuleInThePast(now, "terms.from_time");
        }

        var version = state.Before.Select(found => found.Version).DefaultIfEmpty().Max() + 1;
        return new ProgrammeTermsPublished(Header(now), ProgrammeId, state.Programme.PartnerId, version, FromTime ?? now, Rules);
    }

    /// <param name="Before">The versions so far.</param>
    public sealed record State(Programme? Programme, IReadOnlyList<ProgrammeTerms> Before);
}

[EventKind(9, Answers = "PublishProgrammeTerms")]
public sealed record ProgrammeTermsPublished(
    EventHeader Header, ProgrammeId ProgrammeId, PartnerId PartnerId, long Version, DateTime FromTime, ProgrammeRules Rules) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The version after the event.</summary>
    public ProgrammeTerms Terms => new(ProgrammeId, Version, FromTime, Rules, Time);

    public override void Apply(WorkingState rows)
    {
        rows.Put(Terms);
        var before = rows.Find(new LotKeeping.Of(ProgrammeId));
        if (before is not null || Rules.KeepsLots)
        {
            rows.Put(new LotKeeping(
                ProgrammeId, Rules.KeepsLots ? Version : before!.TermsVersion, Rules.Inactivity is not null || before is { EndsInactive: true },
                Rules.PausesExpiry || before is { Pauses: true }, Rules.ReminderDays));
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        Rules.Encode(writer.Text(ProgrammeId.Value).Text(PartnerId.Value).Number(Version).Time(FromTime));

    internal static ProgrammeTermsPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), new PartnerId(reader.Text()), reader.Number(), reader.Time(), ProgrammeRules.Decode(reader));
}
