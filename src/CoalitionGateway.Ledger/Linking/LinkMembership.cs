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

/// <summary>Moves a membership of another programme to the calling member, who proves it with a one-time code.</summary>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record LinkMembership(
    CommandContext Context, MemberId MemberId, ProgrammeId ProgrammeId, string Number, byte[] CodeHash, NoticesInForce InForce)
    : Command<LinkMembership.State>(Context)
{
    /// <summary>Set if the membership's holder is a child by their profile: the child, and the child's age of consent.</summary>
    /// <remarks>Null if the calling member's own profile shows that they are as young.</remarks>
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
            // The follow-ups change these consents of the calling member.
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

    // The code is checked first, and all its faults get the same refusal: without the code, no caller learns what exists.
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

        // A hold or a restriction on the former holder must not be evaded by moving the membership to another member.
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

        // The profile never moves: the code proves the membership, not that both members are one person. If the former
        // holder has no other membership, their profile is of no use any more and is erased.
        var isLast = state.Others.Count <= 1;
        return Decision.Accept(linked, told).Then(followUps).Erase(isLast && state.FormerProfile is { } profile ? [code, profile] : [code]);
    }

    /// <summary>
    /// Records in the former holder's log that the membership left. Ends the consents given under it, notifies their partners,
    /// and asks the member for these consents again. The former holder's refusals become the member's: both are one person.
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
    /// <param name="FormerProfile">The former holder's profile.</param>
    /// <param name="Others">The former holder's memberships, including this one.</param>
    public sealed record State(Membership? Membership, LinkCode? Code, Membership? Own, Profile? FormerProfile, IReadOnlyList<Membership> Others)
    {
        /// <summary>The membership's programme; null if there is none.</summary>
        public Programme? Programme { get; init; }

        /// <summary>The former holder's consents.</summary>
        public IReadOnlyList<Consent> FormerConsents { get; init; } = [];

        /// <summary>The calling member's consents.</summary>
        public IReadOnlyList<HeldConsent> Consents { get; init; } = [];

        /// <summary>Set if the calling member refused all sharing.</summary>
        public SharingRefusal? SharingRefusal { get; init; }

        /// <summary>Set if the former holder refused all sharing.</summary>
        public SharingRefusal? FormerSharingRefusal { get; init; }

        /// <summary>Set if the calling member was erased.</summary>
        public Erasure? Erasure { get; init; }

        /// <summary>The restriction of the former holder; null if there is none.</summary>
        public Restriction? Restriction { get; init; }

        /// <summary>The holds on the former holder.</summary>
        public IReadOnlyList<Hold> Holds { get; init; } = [];
    }
}

/// <param name="FormerMemberId">The former holder of the membership.</param>
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

/// <summary>The link in the log of the former holder. Does not name the new holder.</summary>
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
