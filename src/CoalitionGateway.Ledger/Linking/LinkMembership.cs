using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>Makes a membership of another programme the calling member's, proved by a one-time code.</summary>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record LinkMembership(
    CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string Number, byte[] CodeHash, NoticesInForce InForce)
    : Command<LinkMembership.State>(Context)
{
    /// <summary>A child whose membership it is, as their profile says, and the age from which they act alone; null: none.</summary>
    /// <remarks>Not set where the calling member's own profile says that they are as young.</remarks>
    public (MemberId Member, int Age)? OfChild { get; init; }

    public override string Method => nameof(LinkMembership);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(Number).Bytes(CodeHash);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var membership = MembershipNumber.Find(rows, ProgrammeId, Number);
        var consents = membership is null ? [] : rows.FindAll(new Consent.ByMember(membership.MemberId));
        foreach (var consent in consents)
        {
            // What the follow-ups put in force or end.
            rows.Find(new Consent.Of(MemberId, consent.PartnerId, consent.Purpose));
        }

        if (membership is not null)
        {
            rows.Find(new Due.Of(EndLinkCode.DueKind, membership.Id.ToString()));
        }

        return new State(
            membership,
            membership is null ? null : rows.Find(new LinkCode.Of(membership.Id)),
            rows.Find(new Membership.OfMember(MemberId, ProgrammeId)),
            membership is null ? null : rows.Find(new Profile.Of(membership.MemberId)),
            membership is null ? [] : rows.FindAll(new Membership.ByMember(membership.MemberId)))
        {
            Programme = rows.Find(new Programme.Of(ProgrammeId)),
            FormerConsents = consents,
            Consents = HeldConsent.All(rows, MemberId),
            SharingRefusal = rows.Find(new SharingRefusal.Of(MemberId)),
            FormerSharingRefusal = membership is null ? null : rows.Find(new SharingRefusal.Of(membership.MemberId)),
            Erasure = rows.Find(new Erasure.Of(MemberId)),
            Restriction = membership is null ? null : rows.Find(new Restriction.Of(membership.MemberId)),
            Holds = membership is null ? [] : rows.FindAll(new Hold.ByMember(membership.MemberId)),
        };
    }

    // The code comes first, and one refusal serves all its faults: without the code nobody learns what exists.
    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Membership: { } membership, Code: { } code }
            || code.ExpireTime <= now
            || !CryptographicOperations.FixedTimeEquals(code.CodeHash, CodeHash))
        {
            return new Refusal(RefusalReason.LinkCodeInvalid, "The code is wrong, used or expired, or there is no such membership; ask the programme for a new code.", "link_code")
                .With("programme_id", ProgrammeId.Value);
        }

        if (state.Own is not null)
        {
            return new Refusal(RefusalReason.MembershipExists, $"You already have a membership in {ProgrammeId}.", "programme_id")
                .With("programme_id", ProgrammeId.Value);
        }

        if (state.Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        // What binds the former holder must not be shaken off by becoming another.
        if (state.Holds.Where(hold => hold.UntilTime > now).MaxBy(hold => (hold.UntilTime, hold.Id.Value)) is { } held)
        {
            return held.Refuse("The membership is under a hold and stays where it is for now.");
        }

        if (state.Restriction is { } restriction)
        {
            return restriction.Refuse("Processing is restricted for the membership's holder; LiftRestriction there first.");
        }

        if (OfChild is { } child && child.Member == membership.MemberId)
        {
            return new Refusal(RefusalReason.GuardianNeeded, $"The membership is that of a child below {child.Age}; state the same birth date and country in your own profile first.", "membership_number")
                .With("age_of_consent", child.Age);
        }

        var linked = new MembershipLinked(Header(now), MemberId, membership.MemberId, membership.Id, ProgrammeId, membership.EnrollTime);
        var (followUps, told) = EndConsents(state, membership, now);

        // A profile never goes along: the code alone proves the membership, not that both are one person. The profile of a
        // member who has nothing else left serves nobody any more.
        var isLast = state.Others.Count <= 1;
        return Decision.Accept(linked, told).Then(followUps).Erase(isLast && state.FormerProfile is { } profile ? [code, profile] : [code]);
    }

    /// <summary>
    /// The former holder's log has that the membership left. Consents that were given under it end, their partners are told,
    /// and the member is asked for them again. What the former holder refused the member has refused: both are one person.
    /// </summary>
    private (IReadOnlyList<Event> FollowUps, IReadOnlyList<Row> Told) EndConsents(State state, Membership membership, DateTime now)
    {
        var former = membership.MemberId;
        var followUps = new List<Event> { new MembershipMoved(FollowUp(now, 1), former, membership.Id, ProgrammeId) };
        var told = new List<Row>();
        var partner = state.Programme!.PartnerId;
        var number = new MembershipNumber(ProgrammeId, Number, membership.Id, []);
        if (state is { FormerSharingRefusal: { } refusal, SharingRefusal: null })
        {
            var ended = state.Consents.NotEnded().ToArray();
            followUps.Add(new SharingRefused(FollowUp(now, 2), MemberId, refusal.Signal));
            followUps.AddRange(ended.Select((held, i) => ConsentWithdrawn.Of(held.Consent, FollowUp(now, i + 3), ConsentAction.Link.At(now))));
            told.AddRange(ended.Told(Context, now));
        }

        foreach (var consent in state.FormerConsents.OrderBy(consent => (consent.PartnerId.Value, consent.Purpose)))
        {
            if (consent.PartnerId != partner && state.Others.Count > 1)
            {
                continue;
            }

            var own = state.Consents.Select(held => held.Consent).FirstOrDefault(found => (found.PartnerId, found.Purpose) == (consent.PartnerId, consent.Purpose));
            if (IsNo(consent) && (own is null || !(InForce.StateOf(own, now)!.Value.IsInForce() || IsNo(own))))
            {
                followUps.Add(new ConsentRefused(
                    FollowUp(now, followUps.Count + 1), MemberId, consent.PartnerId, consent.Purpose, consent.Categories, consent.Notice, consent.GiveTime)
                {
                    Act = ConsentAction.Link.At(now),
                });
            }

            if (ConsentStates.After(InForce.StateOf(consent, now), ConsentAct.Withdraw) is null)
            {
                continue;
            }

            followUps.Add(ConsentWithdrawn.Of(consent, FollowUp(now, followUps.Count + 1), ConsentAction.Link.At(now)));
            if (consent.PartnerId != partner)
            {
                continue;
            }

            told.AddRange(Notification.Tell(Context, partner, NotificationKind.ConsentEnded, number, now, consent.Purpose));
            if (state is { SharingRefusal: null, FormerSharingRefusal: null } && own is null)
            {
                followUps.Add(new ConsentRequested(
                    FollowUp(now, followUps.Count + 1), MemberId, partner, consent.Purpose, consent.Categories, consent.Notice, null)
                {
                    Act = ConsentAction.Link.At(now),
                });
            }
        }

        return (followUps, told);
    }

    private static bool IsNo(Consent consent) => consent.State is ConsentState.Refused or ConsentState.Withdrawn;

    /// <param name="Own">The calling member's membership in the programme.</param>
    /// <param name="FormerProfile">The former holder's.</param>
    /// <param name="Others">The former holder's memberships, this one among them.</param>
    public sealed record State(Membership? Membership, LinkCode? Code, Membership? Own, Profile? FormerProfile, IReadOnlyList<Membership> Others)
    {
        /// <summary>The membership's; null where there is none.</summary>
        public Programme? Programme { get; init; }

        /// <summary>The former holder's.</summary>
        public IReadOnlyList<Consent> FormerConsents { get; init; } = [];

        /// <summary>The calling member's.</summary>
        public IReadOnlyList<HeldConsent> Consents { get; init; } = [];

        /// <summary>That the calling member refused all sharing.</summary>
        public SharingRefusal? SharingRefusal { get; init; }

        /// <summary>That the former holder refused all sharing.</summary>
        public SharingRefusal? FormerSharingRefusal { get; init; }

        /// <summary>That the member was erased; null if they were not.</summary>
        public Erasure? Erasure { get; init; }

        /// <summary>The former holder's; null where there is none.</summary>
        public Restriction? Restriction { get; init; }

        /// <summary>The former holder's.</summary>
        public IReadOnlyList<Hold> Holds { get; init; } = [];
    }
}

/// <param name="FormerMemberId">Whose the membership was.</param>
[EventKind(22, Answers = "LinkMembership")]
public sealed record MembershipLinked(
    EventHeader Header, MemberId MemberId, MemberId FormerMemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, DateTime EnrollTime)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new Membership(MembershipId, ProgrammeId, MemberId, EnrollTime));
        Due.Settle(rows, EndLinkCode.DueKind, MembershipId.ToString());
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new LinkCode.Of(MembershipId)) is { } used)
        {
            rows.Remove(used);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(FormerMemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Time(EnrollTime);

    internal static MembershipLinked Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Time());
}

/// <summary>The former holder's part of a link. It does not say whose the membership is now.</summary>
[EventKind(32)]
public sealed record MembershipMoved(EventHeader Header, MemberId MemberId, MembershipId MembershipId, ProgrammeId ProgrammeId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // The answering event moved the membership.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Uuid(MemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value);

    internal static MembershipMoved Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new ProgrammeId(reader.Text()));
}
