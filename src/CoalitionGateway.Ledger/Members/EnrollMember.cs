using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Members;

/// <summary>Enrols a member in the calling partner's own programme.</summary>
/// <param name="MemberId">Proposed by the gateway, like <paramref name="MembershipId"/>.</param>
/// <param name="Told">The profile in plain text, used only for the fingerprint. Never stored.</param>
/// <param name="Profile">The same profile, sealed for <paramref name="MemberId"/>.</param>
public sealed record EnrollMember(
    CommandContext Context, PartnerId PartnerId, string Number, MemberId MemberId, MembershipId MembershipId, Profile Told, Profile Profile)
    : Command<EnrollMember.State>(Context)
{
    /// <summary>The number of the member who referred this one; empty: nobody.</summary>
    public string ReferrerNumber { get; init; } = "";

    /// <summary>16 random bytes, proposed by the gateway: see <see cref="MembershipNumber"/>.</summary>
    public byte[] Salt { get; init; } = [];

    public override string Method => nameof(EnrollMember);

    public override void Encode(CanonicalWriter writer) => Told.Encode(writer.Byte(1).Text(PartnerId.Value).Text(Number).Text(ReferrerNumber));

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        return new State(home, home is null ? null : rows.FindTaken(new MembershipNumber.Of(home.Id, Number)))
        {
            Referrer = home is null || ReferrerNumber.Length == 0 ? null : MembershipNumber.Find(rows, home.Id, ReferrerNumber),
        };
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Taken is not null)
        {
            return MemberRefusals.NumberTaken(home.Id);
        }

        if (ReferrerNumber.Length > 0 && state.Referrer is null)
        {
            return MemberRefusals.NumberNotFound(home.Id, "referrer_number");
        }

        var number = new MembershipNumber(home.Id, Number, MembershipId, Salt);
        var enrolled = new MemberEnrolled(Header(now), PartnerId, home.Id, MemberId, MembershipId, number.Commit(), state.Referrer?.Id);
        return Profile.IsEmpty ? Decision.Accept(enrolled, number) : Decision.Accept(enrolled, number, Profile);
    }

    public sealed record State(Programme? Home, MembershipNumber? Taken)
    {
        /// <summary>The membership of the member who referred this one; null: nobody, or there is none of that number.</summary>
        public Membership? Referrer { get; init; }
    }
}

/// <param name="NumberCommitment">Commits to the number without revealing it: see <see cref="MembershipNumber.Commit"/>.</param>
/// <param name="ReferrerId">The membership of the member who referred this one; null: nobody.</param>
[EventKind(20, Answers = "EnrollMember")]
public sealed record MemberEnrolled(
    EventHeader Header, PartnerId PartnerId, ProgrammeId ProgrammeId, MemberId MemberId, MembershipId MembershipId, byte[] NumberCommitment,
    MembershipId? ReferrerId)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Membership(MembershipId, ProgrammeId, MemberId, Time));
        if (ReferrerId is { } referrer)
        {
            rows.Put(new Referral(MembershipId, referrer, Time));
        }
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(MembershipNumber.Committed(ProgrammeId, MembershipId, NumberCommitment));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Text(ProgrammeId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Bytes(NumberCommitment)
        .OptionalUuid(ReferrerId?.Value);

    internal static MemberEnrolled Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new ProgrammeId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        reader.Bytes(), reader.OptionalUuid() is { } referrer ? new MembershipId(referrer) : null);
}
