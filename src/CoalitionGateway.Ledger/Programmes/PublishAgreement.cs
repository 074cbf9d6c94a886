using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Publishes a version of an agreement: a brand gives points of a programme.</summary>
public sealed record PublishAgreement(CommandContext Context, PartnerId PartnerId, ProgrammeId ProgrammeId, Terms Terms)
    : GovernedCommand<PublishAgreement.State>(Context)
{
    /// <summary>From when on the version holds for purchases. Null: from its publication.</summary>
    public DateTime? FromTime { get; init; }

    /// <summary>Whether <see cref="FromTime"/> may be in the past, where old purchases are imported.</summary>
    public bool MayBePast { get; init; }

    /// <summary>The terms for unlinked returns, whose purchase is not known.</summary>
    public UnlinkedReturns UnlinkedReturns { get; init; } = new(0, false);

    /// <summary>The most that the brand gives without a purchase.</summary>
    public AwardLimits AwardLimits { get; init; }

    public override string Method => nameof(PublishAgreement);

    public override void Encode(CanonicalWriter writer)
    {
        Terms.Encode(writer.Byte(1).Text(PartnerId.Value).Text(ProgrammeId.Value));
        writer.Number(UnlinkedReturns.MaxPointsPerDay).Flag(UnlinkedReturns.AllowDebt).OptionalTime(FromTime)
            .Number(AwardLimits.PointsPerDay).Number(AwardLimits.OpeningPoints);
    }

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Partner.Of(PartnerId)),
        rows.Find(new Programme.Of(ProgrammeId)),
        [.. rows.FindAll(new Agreement.ByPartner(PartnerId)).Where(found => found.ProgrammeId == ProgrammeId)]);

    public override Governance GovernanceOf(State state, DateTime now) => new($"{state.Before.Count}");

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Partner is null)
        {
            return ProgrammeRefusals.PartnerNotFound(PartnerId, "agreement.partner_id");
        }

        if (state.Programme is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "agreement.programme_id");
        }

        if (UnlinkedReturns.AllowDebt && state.Programme.PartnerId != PartnerId)
        {
            return new Refusal(RefusalReason.DebtNotOwn, $"{PartnerId} does not own {ProgrammeId}; only in its own programme may a brand's returns without a purchase leave a debt.", "agreement.allow_debt_by_return")
                .With("partner_id", state.Programme.PartnerId.Value).With("programme_id", ProgrammeId.Value);
        }

        if (FromTime < now && !MayBePast)
        {
            return ProgrammeRefusals.RuleInThePast(now, "agreement.from_time");
        }

        var version = state.Before.Select(found => found.Version).DefaultIfEmpty().Max() + 1;
        return new AgreementPublished(Header(now), PartnerId, ProgrammeId, version, FromTime ?? now, Terms, UnlinkedReturns, AwardLimits);
    }

    /// <param name="Before">The versions so far.</param>
    public sealed record State(Partner? Partner, Programme? Programme, IReadOnlyList<Agreement> Before);
}

[EventKind(3, Answers = "PublishAgreement")]
public sealed record AgreementPublished(
    EventHeader Header, PartnerId PartnerId, ProgrammeId ProgrammeId, long Version, DateTime FromTime, Terms Terms, UnlinkedReturns UnlinkedReturns,
    AwardLimits AwardLimits)
    : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The agreement after the event.</summary>
    public Agreement Agreement => new(
        PartnerId, ProgrammeId, Version, FromTime, Terms, Time, UnlinkedReturns.MaxPointsPerDay, UnlinkedReturns.AllowDebt,
        AwardLimits.PointsPerDay, AwardLimits.OpeningPoints);

    public override void Apply(WorkingState rows) => rows.Put(Agreement);

    private protected override void EncodeBody(CanonicalWriter writer)
    {
        Terms.Encode(writer.Text(PartnerId.Value).Text(ProgrammeId.Value).Number(Version).Time(FromTime));
        writer.Number(UnlinkedReturns.MaxPointsPerDay).Flag(UnlinkedReturns.AllowDebt)
            .Number(AwardLimits.PointsPerDay).Number(AwardLimits.OpeningPoints);
    }

    internal static AgreementPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new ProgrammeId(reader.Text()), reader.Number(), reader.Time(),
        Terms.Decode(reader), new UnlinkedReturns(reader.Number(), reader.Flag()), new AwardLimits(reader.Number(), reader.Number()));
}
