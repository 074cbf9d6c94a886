using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>The member gives a consent, on the notice that was shown.</summary>
/// <param name="Notice">The notice; null if there is none of that version and language.</param>
public sealed record GiveConsent(
    CommandContext Context, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, IReadOnlyList<DataCategory> Categories,
    string NoticeVersion, string NoticeLanguage, NoticeRef? Notice, NoticesInForce InForce)
    : Command<GiveConsent.State>(Context)
{
    /// <summary>How and when the member acted. Null: this call is the act.</summary>
    public ConsentAction? Act { get; init; }

    /// <summary>The age of consent if the member is younger; null if the member is old enough.</summary>
    public int? NeedsGuardianBelow { get; init; }

    /// <summary>A keyed hash of the code that an adult made for the member; null if no code was sent.</summary>
    public string? GuardianCodeHash { get; init; }

    public override string Method => nameof(GiveConsent);

    public override void Encode(CanonicalWriter writer)
    {
        writer.Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Consent.Join(Categories)).Text(NoticeVersion).Text(NoticeLanguage);
        Act?.Encode(writer);
        if (GuardianCodeHash is { } code)
        {
            writer.Byte(0xff).Text(code);
        }
    }

    public override State Needs(WorkingState rows, DateTime now) => State.Of(rows, MemberId, PartnerId, Purpose) with
    {
        Guardian = GuardianCode.Find(rows, GuardianCodeHash),
        SharingRefusal = rows.Find(new SharingRefusal.Of(MemberId)),
    };

    public override Decision Decide(State state, DateTime now)
    {
        if (ConsentRefusals.Of(state, PartnerId, Purpose) is { } refusal)
        {
            return refusal;
        }

        if (Notice is null)
        {
            return ConsentRefusals.NoticeNotFound(NoticeVersion, NoticeLanguage, InForce);
        }

        if (NoticeVersion != InForce.Current)
        {
            return new Refusal(RefusalReason.NoticeOutdated, $"Notice {NoticeVersion} is no longer in force; show {InForce.Current}.", "notice_version")
                .With("current_version", InForce.Current);
        }

        if (ConsentRefusals.OfTime(Act, state.Memberships, now) is { } impossible)
        {
            return impossible;
        }

        if (state.LastNoTime is { } no && Act?.Time < no)
        {
            return ConsentRefusals.Overtaken(no);
        }

        if (GuardianCode.Refuses(state.Guardian, GuardianCodeHash, MemberId, NeedsGuardianBelow, now) is { } guarded)
        {
            return guarded;
        }

        var guardian = state.Guardian;

        var act = (Act ?? ConsentAction.Call).At(now) with { GuardianId = guardian?.GuardianId };
        var expires = InForce.ExpireTimeOf(now);
        ConsentEvent made = ConsentStates.After(InForce.StateOf(state.Consent, now), ConsentAct.Give) == ConsentState.Renewed
            ? new ConsentRenewed(Header(now), MemberId, PartnerId, Purpose, Consent.Join(Categories), Notice, state.Consent!.GiveTime, expires) { Act = act }
            : new ConsentGiven(Header(now), MemberId, PartnerId, Purpose, Consent.Join(Categories), Notice, expires) { Act = act };
        return guardian is null ? made : Decision.Accept(made).Erase(guardian);
    }

    /// <summary>The partner, its agreed purposes and the consent so far. Each is null if it does not exist.</summary>
    public sealed record State(Partner? Partner, AgreedPurposes? Purposes, Consent? Consent)
    {
        /// <summary>The adult's code; null if no code was found.</summary>
        public GuardianCode? Guardian { get; init; }

        /// <summary>Set if the member was erased.</summary>
        public Erasure? Erasure { get; init; }

        /// <summary>Set if the member refused all sharing.</summary>
        public SharingRefusal? SharingRefusal { get; init; }

        /// <summary>The member's memberships. The first enrolment bounds the time of the member's act.</summary>
        public IReadOnlyList<Membership> Memberships { get; init; } = [];

        /// <summary>The number by which the partner knows the member, to notify the partner; null if there is none.</summary>
        public MembershipNumber? Number { get; init; }

        /// <summary>When the member last refused all sharing, or refused or withdrew this consent.</summary>
        public DateTime? LastNoTime => new[] { Consent?.LastNoTime, SharingRefusal?.RefuseTime }.Max();

        public static State Of(WorkingState rows, MemberId member, PartnerId partner, Purpose purpose) => new(
            rows.Find(new Partner.Of(partner)), rows.Find(new AgreedPurposes.Of(partner)), rows.Find(new Consent.Of(member, partner, purpose)))
        {
            Erasure = rows.Find(new Erasure.Of(member)),
            Memberships = rows.FindAll(new Membership.ByMember(member)),
            Number = MembershipNumber.At(rows, member, partner),
        };
    }
}

/// <param name="ExpireTime">When the consent expires; null if it does not expire.</param>
[EventKind(100, Answers = "GiveConsent")]
public sealed record ConsentGiven(
    EventHeader Header, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string Categories, NoticeRef Notice, DateTime? ExpireTime = null)
    : ConsentEvent(Header, MemberId, PartnerId)
{
    public override Consent Consent => new(
        MemberId, PartnerId, Purpose, ConsentState.Given, Categories, Notice.Version, Notice.Language, Notice.TextSha256, Id, Time, null, ExpireTime: ExpireTime);

    private protected override void EncodeBody(CanonicalWriter writer) => EncodeAct(writer
        .Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(Categories)
        .Text(Notice.Version).Text(Notice.Language).Bytes(Notice.TextSha256).OptionalTime(ExpireTime));

    internal static ConsentGiven Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new PartnerId(reader.Text()), reader.Value<Purpose>(), reader.Text(),
        new NoticeRef(reader.Text(), reader.Text(), reader.Bytes()), reader.OptionalTime())
    {
        Act = DecodeAct(reader),
    };
}
