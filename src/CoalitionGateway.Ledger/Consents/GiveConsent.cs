using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>Gives consent, on the notice that was shown.</summary>
/// <param name="Notice">The notice; null where there is none of that version and language.</param>
/// <param name="CurrentVersion">The notice version in force.</param>
public sealed record GiveConsent(
    Issue Issue, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, IReadOnlyList<DataCategory> Categories,
    string NoticeVersion, string NoticeLanguage, NoticeRef? Notice, string CurrentVersion)
    : Command<Partner?>(Issue)
{
    public override string Method => nameof(GiveConsent);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Consent.Join(Categories))
        .Text(NoticeVersion).Text(NoticeLanguage);

    public override Partner? Needs(WorkingState rows) => rows.Find(new Partner.Of(PartnerId));

    public override Decision Decide(Partner? state, DateTime now)
    {
        if (state is null)
        {
            return ProgrammeRefusals.PartnerNotFound(PartnerId, "partner_id");
        }

        if (!Purpose.NeedsConsent())
        {
            return new Refusal(RefusalReason.ConsentNotNeeded, "This purpose rests on the contract and takes no consent.", "purpose")
                .With("purpose", Purpose.Name());
        }

        if (Notice is null)
        {
            return new Refusal(RefusalReason.NoticeNotFound, $"There is no notice {NoticeVersion} in {NoticeLanguage}; GetNotice gives those there are.", "notice_version")
                .With("versions", CurrentVersion);
        }

        if (NoticeVersion != CurrentVersion)
        {
            return new Refusal(RefusalReason.NoticeOutdated, $"Notice {NoticeVersion} is no longer in force; show {CurrentVersion}.", "notice_version")
                .With("current_version", CurrentVersion);
        }

        return new ConsentGiven(Header(now), MemberId, PartnerId, Purpose, Consent.Join(Categories), Notice);
    }
}

public sealed record ConsentGiven(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice) : Event(Header)
{
    public override EventKind Kind => EventKind.ConsentGiven;

    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>The consent as it is after the event.</summary>
    public Consent Consent => new(MemberId, PartnerId, Purpose, Categories, Notice.Version, Notice.Language, Notice.TextSha256, Id, Time, null);

    public override void Apply(WorkingState rows) => rows.Put(Consent);

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Categories)
        .Text(Notice.Version).Text(Notice.Language).Bytes(Notice.TextSha256);

    internal static ConsentGiven Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new PartnerId(reader.Text()), reader.Value<Purpose>(), reader.Text(),
        new NoticeRef(reader.Text(), reader.Text(), reader.Bytes()));
}
