using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>
/// Erases a member (GDPR Art. 17): deletes the profile, numbers, codes and choices, detaches the memberships, and settles the
/// points as each programme's closing rule says. The books and the log keep the events, under random ids that lead to no person.
/// </summary>
/// <param name="SettlesPoints">Whether remaining points may be settled. If false, remaining points prevent the erasure.</param>
public sealed record EraseMember(CommandContext Context, MemberId MemberId, bool SettlesPoints, NoticesInForce InForce) : Command<EraseMember.State>(Context)
{
    public override string Method => nameof(EraseMember);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Flag(SettlesPoints);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var recipients = Recipient.All(rows, MemberId);
        var settlements = recipients.Select(found => Settlement.Find(rows, found.Membership, now)).ToArray();
        foreach (var key in DueOf(
            MemberId, recipients.Select(found => found.Membership.Id),
            settlements.SelectMany(found => found.Shares.Select(share => new PoolPlace(share.Participant.PoolId, share.Participant.MembershipId)))))
        {
            rows.Find(key);
        }

        foreach (var recipient in recipients)
        {
            Inactivity.Find(rows, recipient.Membership.Id);
            rows.Find(new ExpiryPause.Of(recipient.Membership.Id));
            rows.Find(new Reminded.Of(recipient.Membership.Id));
        }

        var numbers = recipients
            .SelectMany(found => rows.FindAll(new MembershipNumber.ByMembership(found.Membership.Id)).Select(number => (found.PartnerId, Number: number))).ToArray();
        return new State(
            recipients,
            settlements,
            [.. recipients.Select(found => rows.Find(new LinkCode.Of(found.Membership.Id))).OfType<LinkCode>()],
            rows.Find(new Profile.Of(MemberId)),
            rows.FindAll(new Choice.ByMember(MemberId)),
            rows.FindAll(new Hold.ByMember(MemberId)),
            rows.Find(new Restriction.Of(MemberId)),
            rows.Find(new SharingRefusal.Of(MemberId)))
        {
            GuardianCode = rows.Find(new GuardianCode.Of(MemberId)),
            Passkeys = SignInRows.Find(rows, MemberId),
            Proposals = [.. recipients.SelectMany(found => rows.FindAll(new ProposalRequest.ByMembership(found.Membership.Id)))],
            Reminders = [.. numbers.SelectMany(found => rows.FindAll(new Notification.ByNumber(found.PartnerId, found.Number.Number))).Where(told => told.IsReminder)],
            Numbers = [.. numbers.Select(found => found.Number)],
            Tiers = [.. recipients.SelectMany(found => rows.FindAll(new TierHeld.ByMembership(found.Membership.Id)))],
            Counters = [.. recipients.SelectMany(found => rows.FindAll(new Counter.ByMembership(found.Membership.Id)))],
            Activations = [.. recipients.SelectMany(found => rows.FindAll(new Activation.ByMembership(found.Membership.Id)))],
            Waiting = [.. recipients.SelectMany(found => rows.FindAll(new WaitingAward.ByMembership(found.Membership.Id))).Where(row => !row.IsPaid)],
            Referrals = [.. recipients.Select(found => rows.Find(new Referral.Of(found.Membership.Id))).OfType<Referral>()],
            Consents = HeldConsent.All(rows, MemberId),
        };
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Recipients.Count == 0)
        {
            return MemberRefusals.NoMember();
        }

        if (state.Holds.Where(hold => hold.UntilTime > now).MaxBy(hold => (hold.UntilTime, hold.Id.Value)) is { } held)
        {
            return held.Refuse("The law demands that the data is kept for now; ask again after until_time, or have the hold released.");
        }

        if (!SettlesPoints && state.Settlements.Where(found => found.HeldPoints > 0).ToArray() is { Length: > 0 } left)
        {
            return new Refusal(RefusalReason.PointsRemain, "Points are left; spend or transfer them, or send settle_points to have each programme settle them.", "settle_points")
                .With("points", string.Join(',', left.Select(found => $"{found.Membership.ProgrammeId}:{found.HeldPoints}")));
        }

        var made = new MemberErased(
            Header(now), MemberId,
            [.. state.Recipients.Select(found => found.Membership.Id)],
            [.. state.Settlements.SelectMany(found => found.Shares.Select(share => new PoolPlace(share.Participant.PoolId, share.Participant.MembershipId)))],
            [.. state.Choices.Select(choice => new ChoiceOf(choice.PartnerId, choice.FromTime)).OrderBy(choice => (choice.PartnerId.Value, choice.FromTime))],
            [.. state.Counters.Select(counter => new CounterOf(counter.MembershipId, counter.Rule, counter.Period)).OrderBy(counter => (counter.MembershipId.Value, counter.Rule, counter.Period))],
            [.. state.Tiers.Select(tier => new TierOf(tier.MembershipId, tier.TierId, tier.FromTime)).OrderBy(tier => (tier.MembershipId.Value, tier.FromTime, tier.TierId))],
            [.. state.Referrals.Select(referral => referral.MembershipId)],
            [.. state.Activations.Select(found => new ActivationOf(found.MembershipId, found.CampaignId)).OrderBy(found => (found.MembershipId.Value, found.CampaignId))],
            [.. state.Waiting.Select(row => row.Key).OrderBy(row => (row.PartnerId.Value, row.Reference, row.CampaignId))],
            [.. state.Settlements.Select(found => found.Posting).OfType<Posting>()]);

        // Every partner that knew the member by a number is notified, because each holds its own personal data.
        var told = state.Recipients.All(Context, NotificationKind.Erased, now);
        return Decision.Accept(made, told)
            .After(state.Settlements.SelectMany(found => found.Settled(Context, now)))
            .Then(FollowUps(state, now))
            .Erase([.. state.Numbers, .. state.Reminders, .. state.Codes, .. state.Passkeys, .. state.Proposals, .. new Row?[] { state.Profile, state.GuardianCode }.OfType<Row>()]);
    }

    /// <summary>The keys of the due rows that the member's erasure settles.</summary>
    internal static IEnumerable<Due.Of> DueOf(MemberId member, IEnumerable<MembershipId> memberships, IEnumerable<PoolPlace> places) =>
    [
        new(EndGuardianCode.DueKind, member.ToString()),
        .. memberships.SelectMany(id => new[] { new Due.Of(EndLinkCode.DueKind, id.ToString()), new Due.Of(ReminderDue.DueKind, id.ToString()) }),
        .. places.Select(place => new Due.Of(EndInvitation.DueKind, EndInvitation.SubjectOf(place.PoolId, place.MembershipId))),
    ];

    /// <summary>Ends the consents in force, and records in each heir's log the points that the heir got.</summary>
    private List<Event> FollowUps(State state, DateTime now)
    {
        var made = new List<Event>();
        made.AddRange(state.Consents.NotEnded().Select((held, i) => ConsentWithdrawn.Of(held.Consent, FollowUp(now, i + 1), ConsentAction.Call.At(now))));
        foreach (var settlement in state.Settlements.Where(found => found.InheritedPoints > 0))
        {
            // The heir must not learn who was erased, so the gateway is the actor.
            made.Add(PointsInherited.Of(settlement, FollowUp(now, made.Count + 1) with { Actor = Caller.Gateway }));
        }

        return made;
    }

    public sealed record State(
        IReadOnlyList<Recipient> Recipients, IReadOnlyList<Settlement> Settlements, IReadOnlyList<LinkCode> Codes, Profile? Profile,
        IReadOnlyList<Choice> Choices, IReadOnlyList<Hold> Holds, Restriction? Restriction, SharingRefusal? Refusal)
    {
        /// <summary>The code that the member made for a child; null if there is none.</summary>
        public GuardianCode? GuardianCode { get; init; }

        /// <summary>The passkeys with which the member signs in.</summary>
        public IReadOnlyList<Passkey> Passkeys { get; init; } = [];

        /// <summary>Requests of open proposals that name the member. Without them nobody can approve the proposals.</summary>
        public IReadOnlyList<ProposalRequest> Proposals { get; init; } = [];

        /// <summary>All numbers of the memberships, replaced ones included.</summary>
        public IReadOnlyList<MembershipNumber> Numbers { get; init; } = [];

        /// <summary>Reminders that brands have not acknowledged. Nobody needs them any more.</summary>
        public IReadOnlyList<Notification> Reminders { get; init; } = [];

        /// <summary>The tiers that the member has or had.</summary>
        public IReadOnlyList<TierHeld> Tiers { get; init; } = [];

        /// <summary>What the member's purchases used of caps.</summary>
        public IReadOnlyList<Counter> Counters { get; init; } = [];

        /// <summary>Who referred the member, where nothing was paid for it yet.</summary>
        public IReadOnlyList<Referral> Referrals { get; init; } = [];

        /// <summary>The campaigns that the member activated.</summary>
        public IReadOnlyList<Activation> Activations { get; init; } = [];

        /// <summary>The campaigns' points for purchases before an activation.</summary>
        public IReadOnlyList<WaitingAward> Waiting { get; init; } = [];

        /// <summary>All consents of the member, including those that are not in force.</summary>
        public IReadOnlyList<HeldConsent> Consents { get; init; } = [];
    }
}

/// <summary>A membership's place in a pool, as a participant or as an invited member.</summary>
public readonly record struct PoolPlace(PoolId PoolId, MembershipId MembershipId);

/// <summary>A choice of a programme for a brand, from a time on.</summary>
public readonly record struct ChoiceOf(PartnerId PartnerId, DateTime FromTime);

/// <param name="Memberships">The member's memberships.</param>
/// <param name="Pools">The pool places that the member left.</param>
/// <param name="Choices">The member's choices of programmes.</param>
/// <param name="Counters">What the member's purchases had used of caps.</param>
/// <param name="Tiers">The tiers that the member had reached.</param>
/// <param name="Referrals">The memberships that somebody had referred, where nothing was paid for it yet.</param>
/// <param name="Activations">The campaigns that the member had activated.</param>
/// <param name="Waiting">The purchases that counted for campaigns before an activation.</param>
[EventKind(30, Answers = "EraseMember")]
public sealed record MemberErased(
    EventHeader Header, MemberId MemberId, IReadOnlyList<MembershipId> Memberships, IReadOnlyList<PoolPlace> Pools,
    IReadOnlyList<ChoiceOf> Choices, IReadOnlyList<CounterOf> Counters, IReadOnlyList<TierOf> Tiers,
    IReadOnlyList<MembershipId> Referrals, IReadOnlyList<ActivationOf> Activations, IReadOnlyList<WaitingOf> Waiting, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows)
    {
        foreach (var membership in Memberships)
        {
            rows.Put(rows.Find(new Membership.Of(membership))!.Erased());
            Inactivity.Remove(rows, membership);
            ExpiryPause.Remove(rows, membership);
            ReminderDue.Remove(rows, membership);
        }

        foreach (var place in Pools)
        {
            rows.Remove(rows.Find(new Pools.Participant.Of(place.PoolId, place.MembershipId))!);
        }

        foreach (var choice in Choices)
        {
            rows.Remove(rows.Find(new Choice.Of(MemberId, choice.PartnerId, choice.FromTime))!);
        }

        foreach (var tier in Tiers)
        {
            rows.Remove(rows.Find(new TierHeld.Of(tier.MembershipId, tier.TierId, tier.FromTime))!);
        }

        foreach (var referral in Referrals)
        {
            rows.Remove(rows.Find(new Referral.Of(referral))!);
        }

        foreach (var (membership, campaign) in Activations)
        {
            rows.Remove(rows.Find(new Activation.Of(membership, campaign))!);
        }

        foreach (var waiting in Waiting)
        {
            rows.Remove(rows.Find(waiting.Row)!);
        }

        foreach (var counter in Counters)
        {
            rows.Remove(rows.Find(new Counter.Of(counter.MembershipId, counter.Rule, counter.Period))!);
        }

        Row?[] told = [rows.Find(new Restriction.Of(MemberId)), rows.Find(new SharingRefusal.Of(MemberId))];
        foreach (var row in told.OfType<Row>())
        {
            rows.Remove(row);
        }

        foreach (var due in EraseMember.DueOf(MemberId, Memberships, Pools).Select(rows.Find).OfType<Due>())
        {
            rows.Remove(due);
        }

        SignInRows.Remove(rows, MemberId);
        rows.Put(new Erasure(MemberId, Id, Time));
        rows.Put(new Due(FinishErasure.DueKind, MemberId.ToString(), Time + FinishErasure.Allowance));
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        SignInRows.RemovePasskeys(rows, MemberId);
        Row?[] beside =
        [
            .. Memberships.SelectMany(id => rows.FindAll(new MembershipNumber.ByMembership(id))),
            .. Memberships.Select(id => rows.Find(new LinkCode.Of(id))),
            rows.Find(new GuardianCode.Of(MemberId)),
        ];
        foreach (var row in beside.OfType<Row>())
        {
            rows.Remove(row);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value)
        .List(Memberships, static (w, id) => w.Uuid(id.Value))
        .List(Pools, static (w, place) => w.Uuid(place.PoolId.Value).Uuid(place.MembershipId.Value))
        .List(Choices, static (w, choice) => w.Text(choice.PartnerId.Value).Time(choice.FromTime))
        .List(Counters, static (w, counter) => counter.Encode(w))
        .List(Tiers, static (w, tier) => tier.Encode(w))
        .List(Referrals, static (w, id) => w.Uuid(id.Value))
        .List(Activations, static (w, found) => found.Encode(w))
        .List(Waiting, static (w, waiting) => waiting.Encode(w))
        .Postings(Moves);

    internal static MemberErased Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()),
        reader.List(static r => new MembershipId(r.Uuid())),
        reader.List(static r => new PoolPlace(new PoolId(r.Uuid()), new MembershipId(r.Uuid()))),
        reader.List(static r => new ChoiceOf(new PartnerId(r.Text()), r.Time())),
        reader.List(CounterOf.Decode),
        reader.List(TierOf.Decode),
        reader.List(static r => new MembershipId(r.Uuid())),
        reader.List(ActivationOf.Decode),
        reader.List(WaitingOf.Decode),
        reader.Postings());
}
