using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Publishes that a brand gives <paramref name="Points"/> of a programme for each <paramref name="Spend"/>.</summary>
public sealed record PublishAgreement(
    CommandContext Context, PartnerId PartnerId, ProgrammeId ProgrammeId, long Points, Money Spend, Rounding Rounding)
    : Command<PublishAgreement.State>(Context)
{
    /// <summary>The terms for unlinked returns, whose purchase is not known.</summary>
    public UnlinkedReturns UnlinkedReturns { get; init; } = new(0, false);

    public override string Method => nameof(PublishAgreement);

    public override void Encode(CanonicalWriter writer) => Spend
        .Encode(writer.Byte(1).Text(PartnerId.Value).Text(ProgrammeId.Value).Number(Points))
        .Number((int)Rounding).Number(UnlinkedReturns.MaxPointsPerDay).Flag(UnlinkedReturns.AllowDebt);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Partner.Of(PartnerId)),
        rows.Find(new Programme.Of(ProgrammeId)),
        rows.Find(new Agreement.Of(PartnerId, ProgrammeId)));

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

        var version = (state.Before?.Version ?? 0) + 1;
        return new AgreementPublished(Header(now), PartnerId, ProgrammeId, Points, Spend, Rounding, UnlinkedReturns, version);
    }

    public sealed record State(Partner? Partner, Programme? Programme, Agreement? Before);
}

[EventKind(3, Answers = "PublishAgreement")]
public sealed record AgreementPublished(
    EventHeader Header, PartnerId PartnerId, ProgrammeId ProgrammeId, long Points, Money Spend, Rounding Rounding, UnlinkedReturns UnlinkedReturns, long Version)
    : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The agreement after the event.</summary>
    public Agreement Agreement => new(
        PartnerId, ProgrammeId, Points, Spend.CurrencyCode, Spend.Micros, Rounding, Version, Time, UnlinkedReturns.MaxPointsPerDay, UnlinkedReturns.AllowDebt);

    public override void Apply(WorkingState rows) => rows.Put(Agreement);

    private protected override void EncodeBody(CanonicalWriter writer) => Spend
        .Encode(writer.Text(PartnerId.Value).Text(ProgrammeId.Value).Number(Points))
        .Number((int)Rounding).Number(UnlinkedReturns.MaxPointsPerDay).Flag(UnlinkedReturns.AllowDebt).Number(Version);

    internal static AgreementPublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new ProgrammeId(reader.Text()), reader.Number(), Money.Decode(reader),
        reader.Value<Rounding>(), new UnlinkedReturns(reader.Number(), reader.Flag()), reader.Number());
}
