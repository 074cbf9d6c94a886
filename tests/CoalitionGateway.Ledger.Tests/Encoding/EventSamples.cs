using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>One event of each kind. Each field has a different value, so that swapped fields are noticed.</summary>
internal static class EventSamples
{
    private static readonly PartnerId _partner = new("beanery");
    private static readonly ProgrammeId _programme = new("bean-stars");
    private static readonly ProgrammeId _other = new("aurora-miles");
    private static readonly MemberId _member = new(Id(0xa1));
    private static readonly MembershipId _membership = new(Id(0xb1));
    private static readonly PoolId _pool = new(Id(0xc1));
    private static readonly ParticipantId _participant = new(Id(0xd1));
    private static readonly Term _term = new(Clock.FromUnixMicroseconds(1_772_366_400_000_000), Clock.FromUnixMicroseconds(1_872_366_360_000_000));
    private static readonly CampaignRule _campaign = new(
        Time(60_000_000), Time(86_400_000_000), new CampaignFilter([_partner], ["coffee"], [SalesChannel.App], [DayOfWeek.Tuesday], 540, 1080, new Money("GBP", 1_000_000), 1, 10) { Tiers = ["gold"], Shops = ["north"], CountsWholePurchase = true, NumberPeriod = CapPeriod.Quarter, TogetherDays = 14 },
        CampaignEffect.Bands, 7, new Money("SEK", 10_000_000), [new Band(5_000_000, 3), new Band(9_000_000, 8)], "drinks", [new Cap(CapPeriod.Ever, 100, 9)], true, _partner, 900)
    {
        ActivateUntilTime = Time(43_200_000_000),
    };
    private static readonly NoticeRef _notice = new("2026-01", "sv", [0xde, 0xad, 0xbe, 0xef]);

    public static IReadOnlyDictionary<EventKind, Event> All { get; } = new Event[]
    {
        new PartnerRegistered(Header, _partner, "The Beänery", "beanery-client", ["earning.write", "members.read"], [0x5e, 0xc2]),
        new ProgrammeCreated(Header, _programme, _partner, "Bean Stars ☆", "Europe/Stockholm", new Money("SEK", 50_000)),
        new AgreementPublished(
            Header, _partner, _programme, 7, Time(3_600_000_000),
            new Terms([new Rate(3, new Money("GBP", 2_000_000), 500_000, true)], Rounding.Nearest, [new CategoryFactor("coffee", 200)], 60), new UnlinkedReturns(500, true), new AwardLimits(600, 8000)),
        new ProgrammeTermsPublished(
            Header, _programme, _partner, 3, Time(3_600_000_000),
            new ProgrammeRules(new LotRule(14, new Expiry(24, 1, ExpirySnap.FixedDate, 9, 30)), [new Cap(CapPeriod.Day, 500, 4)])
            {
                Tiers = new TierRule(TierMeasure.Spend, "SEK", 4, 12, [new TierLevel("gold", 900, 150, true, true)]) { PeriodMonths = 6, IsRolling = true },
                Activities = [new ActivityRule("review", 20, [new Cap(CapPeriod.Month, 0, 2)])],
                Referral = new ReferralRule(510, 260, 90, 11),
                Inactivity = new InactivityRule(18, true), ReminderDays = 30,
                Spending = new SpendingRule(50, 100, 60, 5000, 45, 15),
            }),
        new LotsSettled(
            Header, _member, _membership, $"{_pool}/{_membership}", _programme, [new LapsedPoints(_term, 7)], 5, true,
            [new Posting(_programme, [new(AccountRef.Lot(AccountKind.ShareLot, _programme, $"{_pool}/{_membership}", _term.ToString()), -7), new(AccountRef.Breakage(_programme), 7)])]),
        new CampaignPublished(
            Header, _programme, "double-coffee", 2, Time(3_600_000_000), _campaign,
            [new Posting(_programme, [new(AccountRef.Issue(_programme, _partner), -900), new(AccountRef.Budget(_programme, "double-coffee"), 900)])]),
        new BudgetClosed(
            Header, _programme, "double-coffee", _partner, 40,
            [new Posting(_programme, [new(AccountRef.Budget(_programme, "double-coffee"), -40), new(AccountRef.Issue(_programme, _partner), 40)])]),
        new RoutePublished(Header, _programme, _other, 4, 5, 1000, 50_000, true, 2),
        new MemberEnrolled(Header, _partner, _programme, _member, _membership, [0xc0, 0x17], new MembershipId(Id(0xb2))),
        new LinkCodeCreated(Header, _partner, _member, _membership, Time(600_000_000), [0x11, 0x22]),
        new MembershipLinked(Header, _member, new MemberId(Id(0xa2)), _membership, _programme, Time(-86_400_000_000)),
        new MembershipsMerged(
            Header, _member, new MemberId(Id(0xa2)), _membership, new MembershipId(Id(0xb2)), _programme, 100, 150,
            [new CounterOf(_membership, "double-coffee", "2026-03")], [new TierOf(_membership, "gold", Time(-8_000_000))], [_partner], [new PoolId(Id(0xc1))],
            [new ActivationOf(_membership, "double-coffee")], [new WaitingOf(_partner, "R-1001", "double-coffee")],
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -100), new(AccountRef.Points(_programme, new MembershipId(Id(0xb2))), 100)])]),
        new NumberReplaced(Header, _partner, _programme, _member, _membership, [0xc0, 0x17], [0xc0, 0x18]),
        new ProgrammeChosen(Header, _member, _partner, _programme),
        new MemberDisclosed(
            Header, _partner, _member, _membership, Purpose.Marketing, ["membership.number", "profile.email"], ["profile.birth_date"],
            new EventId(Id(0xe2)), DisclosureBasis.ConsentWithdrawn),
        new PurchaseRecorded(
            Header, _partner, "R-1001", _member, _membership, _programme, new Money("GBP", 12_340_000), Time(-60_000_000),
            new PurchaseDetails([new PurchaseLine("espresso", "coffee", 2000, 7_000_000), new PurchaseLine("cup", "", 1000, 5_340_000)], "north", "till-4", SalesChannel.Web, 340_000),
            7, 3, 18, 5, 12, 130,
            [new Award(AwardRule.Agreement, "", 7, 12, 0, _term), new Award(AwardRule.Campaign, "double-coffee", 2, 6, 3, _term), new Award(AwardRule.Campaign, "ten-days", 1, 0, 2, _term) { WaitingPoints = 9 }],
            [new Counted("double-coffee", "2026-03", 6, 1) { Time = Time(8_000_000) }], new TierProgress("silver", "gold", Time(9_000_000), "platinum", 640) { FromTime = Time(8_000_000), PausesExpiry = true }, Time(11_000_000),
            [new Posting(_programme, [new(AccountRef.Issue(_programme, _partner), -18), new(AccountRef.Receivable(_programme, _membership), 5), new(AccountRef.Points(_programme, _membership), 13)])]),
        new PurchaseReversed(
            Header, _partner, "R-1001", "V-4004", _member, _membership, _programme, "GBP", 2_340_000, 3_340_000, 4, 1, 3, [3, 1], [new Counted("double-coffee", "2026-03", -1, 0)],
            [new LapsedPart(Id(0xe2), Time(3_600_000_000), 2)],
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -3), new(AccountRef.Receivable(_programme, _membership), -1), new(AccountRef.Issue(_programme, _partner), 4)])]),
        new ExpiryPaused(Header, _member, _membership, Time(3_600_000_000), [Id(0xe2)], true),
        new MemberReminded(
            Header, _member, _membership, _programme,
            [new Reminder(ReminderKind.PointsExpire, Time(3_600_000_000), 40, ""), new Reminder(ReminderKind.TierEnds, Time(7_200_000_000), 0, "gold")], Time(43_200_000_000), Time(86_400_000_000)),
        new CampaignPaid(
            Header, _member, _membership, _programme, "double-coffee", 2, 30, 5, _term, 4, [new Counted("double-coffee", "2026-03", 30, 1)],
            [new Posting(_programme, [new(AccountRef.Budget(_programme, "double-coffee"), -30), new(AccountRef.Receivable(_programme, _membership), 4), new(AccountRef.Points(_programme, _membership), 26)])]),
        new CampaignActivated(
            Header, _member, _membership, _programme, "double-coffee", 2, true, [new PaidAward(new WaitingOf(_partner, "R-1001", "double-coffee"), 30, 2_340_000)],
            30, 4, 150, _term,
            [new Posting(_programme, [new(AccountRef.Budget(_programme, "double-coffee"), -30), new(AccountRef.Receivable(_programme, _membership), 4), new(AccountRef.Points(_programme, _membership), 26)])]),
        new PointsAwarded(
            Header, _partner, "G-3003", _member, _membership, _programme, 30, 12, AwardReason.OpeningBalance, "review", _term, 4, [new Counted(AwardPoints.OpeningRule, "2026-03-01", 30, 1)], Time(11_000_000),
            [new Posting(_programme, [new(AccountRef.Issue(_programme, _partner), -30), new(AccountRef.Receivable(_programme, _membership), 4), new(AccountRef.Points(_programme, _membership), 26)])]),
        new PointsReserved(
            Header, _partner, "P-6006", _member, _membership, _programme, 70, new Money("SEK", 99_000_000), true, false, Time(12_000_000), new Money("SEK", 50_000),
            [new LotPart(_term, 68), new LotPart(Term.Plain, 2)], Time(13_000_000),
            [new Posting(_programme, [new(AccountRef.Lot(AccountKind.Lot, _programme, $"{_membership}", _term.ToString()), -70), new(AccountRef.Lot(AccountKind.Reserved, _programme, $"{_membership}", _term.ToString()), 70)])],
            _membership),
        new RedemptionCaptured(
            Header, _partner, "P-6006", _member, _membership, _programme, 60, 10, new Money("SEK", 5_000),
            [new Posting(_programme, [new(AccountRef.Lot(AccountKind.Reserved, _programme, $"{_membership}", _term.ToString()), -60), new(AccountRef.Redeemed(_programme, _partner), 60)])]),
        new RedemptionReleased(
            Header, _partner, "P-6006", _member, _membership, _programme, 70,
            [new Posting(_programme, [new(AccountRef.Lot(AccountKind.Reserved, _programme, $"{_membership}", _term.ToString()), -70), new(AccountRef.Points(_programme, _membership), 70)])]),
        new RedemptionApproved(Header, _partner, "P-6006", _member),
        new RedemptionRefunded(
            Header, _partner, "P-6006", _member, _membership, _programme, 60, [new LapsedPoints(_term, 7)], 5, Time(18_000_000), new Money("SEK", 5_000),
            [new Posting(_programme, [new(AccountRef.Redeemed(_programme, _partner), -60), new(AccountRef.Points(_programme, _membership), 53), new(AccountRef.Breakage(_programme), 7)])]),
        new RewardPublished(
            Header, _programme, _partner, "coffee", 2, new RewardRule(
                150, [new RewardText("lv", "Kafija")], new Money("SEK", 3_000_000), Time(14_000_000), Time(15_000_000), 1000, 3, 30, ["gold"], [new PartnerId("aurora-air")])
            {
                Channels = [SalesChannel.Store, SalesChannel.App], EntitlementDays = 31, IsReturnable = true, Payout = new Payout([2, 5, 8, 11], 1, 300, 900, "bands"),
                PriceMoney = new Money("SEK", 20_000_000),
            },
            [new PayoutDue("group/bands", Time(19_000_000)), new PayoutDue("coffee", null)]),
        new RewardClaimed(
            Header, _member, _membership, _programme, "coffee", 2, 150, _pool, "c0de", Time(16_000_000), Time(17_000_000), new Money("SEK", 20_000_000),
            [new Posting(_programme, [new(AccountRef.PoolShare(_programme, _pool, _membership), -150), new(AccountRef.Redeemed(_programme, _partner), 150)])]),
        new RewardPaidOut(
            Header, _member, _membership, _programme, "coffee", 2, 450, 3, "c0de", Time(16_000_000), "group/bands", "2026-05-01",
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -450), new(AccountRef.Redeemed(_programme, _partner), 450)])]),
        new PayoutsEnded(Header, _programme, "group/bands", "2026-05-01", Time(19_000_000)),
        new VoucherUsed(Header, _partner, new EventId(Id(0xe2)), _member, _programme, "coffee", 2, 3, Time(17_000_000), new Money("SEK", 20_000_000)),
        new VoucherReturned(Header, _partner, new EventId(Id(0xe2)), _member, _programme, "coffee", Time(16_000_000)),
        new PaymentCodeCreated(Header, _member, _membership, _programme, "c0de", 500, Time(16_000_000)),
        new PaymentCodeEnded(Header, _membership),
        new SignInCodeCreated(Header, _partner, _member, "c0de", Time(16_000_000)),
        new SignInCodeEnded(Header, _member, null),
        new PasskeyAdded(Header, _member, null, Id(0x51), "cafe", [1, 2], true, false, ["c0de"], [Id(0x52)]),
        new NewStartBegun(Header, _member, Time(16_000_000), Time(17_000_000)),
        new NewStartCancelled(Header, _member),
        new PasskeyRemoved(Header, _member, null, Id(0x51)),
        new RecoveryCodesMade(Header, _member, ["c0de"], ["beef"]),
        new RecoveryCodeUsed(Header, _member, "c0de"),
        new AccountLinked(Header, _member),
        new PersonInvited(Header, new PersonId("anna"), CallerKind.Officer, "1,4", "c0de", Time(16_000_000)),
        new ClientSecretIssued(Header, "back-office", CallerKind.Operator, [0x5e, 0xc2], Time(16_000_000), Time(17_000_000), "anna"),
        new ClientPublished(Header, "back-office", CallerKind.Operator, "Back office", "people.read", "https://back.example/callback", 2),
        new RolesChanged(Header, new PersonId("anna"), "1,5"),
        new PersonRenewed(Header, new PersonId("anna"), "c0de", Time(16_000_000), [Id(0x51)]),
        new PersonRemoved(Header, new PersonId("anna"), [Id(0x51)]),
        new ProposalMade(Header, "PublishRoute", "carl", "anna", "7", [0xde, 0xad], Time(16_000_000)),
        new ProposalApproved(Header, new EventId(Id(0xe2)), new EventId(Id(0xe3))),
        new ProposalDeclined(Header, new EventId(Id(0xe2))),
        new ProposalEnded(Header, new EventId(Id(0xe2))),
        new PointsAdjusted(
            Header, _partner, _member, _membership, _programme, -30, AdjustmentReason.Fraud, "C-5005", 3, 4,
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -26), new(AccountRef.Receivable(_programme, _membership), -4), new(AccountRef.Issue(_programme, _partner), 30)])]),
        new ReferralPaid(
            Header, _partner, _member, _membership, _programme, true, 510, _term, 4,
            [new Posting(_programme, [new(AccountRef.Issue(_programme, _partner), -510), new(AccountRef.Receivable(_programme, _membership), 4), new(AccountRef.Points(_programme, _membership), 506)])]),
        new ReturnRecorded(
            Header, _partner, "T-2002", _member, _membership, _programme, new Money("GBP", 640_000), Time(-120_000_000), 7, 2, 0,
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -2), new(AccountRef.Issue(_programme, _partner), 2)])]),
        new ReturnUndone(
            Header, _partner, "T-2002", _member, _membership, _programme, 5, 2,
            [new Posting(_programme, [new(AccountRef.Issue(_programme, _partner), -5), new(AccountRef.Receivable(_programme, _membership), 2), new(AccountRef.Points(_programme, _membership), 3)])]),
        new TransferCreated(
            Header, _member, _membership, new MembershipId(Id(0xb2)), _programme, _other, 2000, 1600, 100, 2,
            [
                new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -2000), new(AccountRef.Exchange(_programme, _other), 2000)]),
                new Posting(_other, [new(AccountRef.Exchange(_other, _programme), -1600), new(AccountRef.Points(_other, new MembershipId(Id(0xb2))), 1600)]),
            ]),
        new PoolCreated(Header, _pool, _programme, _member, _membership, _participant),
        new MemberInvited(Header, _pool, new MemberId(Id(0xa2)), _member, _membership, _participant, Time(1_209_600_000_000)),
        new InvitationAccepted(Header, _pool, _member, _membership, _participant),
        new PointsContributed(
            Header, _pool, _member, _membership, 40, 70,
            [new Posting(_programme, [new(AccountRef.Points(_programme, _membership), -40), new(AccountRef.PoolShare(_programme, _pool, _membership), 40)])]),
        new PointsWithdrawn(
            Header, _pool, _member, _membership, 20, 15, 50,
            [new Posting(_programme, [new(AccountRef.PoolShare(_programme, _pool, _membership), -20), new(AccountRef.Receivable(_programme, _membership), 15), new(AccountRef.Points(_programme, _membership), 5)])]),
        new PoolLeft(Header, _pool, _member, _membership, _participant, 50, 30, []),
        new ConsentGiven(Header, _member, _partner, Purpose.Personalisation, "3,4,5", _notice),
        new ConsentWithdrawn(Header, _member, _partner, Purpose.CustomerSupport, "6", _notice, new EventId(Id(0xe2)), Time(-1)),
        new ConsentRequested(Header, _member, _partner, Purpose.Marketing, "4", _notice, null),
        new ConsentRefused(Header, _member, _partner, Purpose.Marketing, "", _notice, null),
        new ConsentDeferred(Header, _member, _partner, Purpose.Marketing, "4", _notice, null),
        new ConsentRenewed(Header, _member, _partner, Purpose.Marketing, "4", _notice, Time(-1)),
        new ConsentRevoked(Header, _member, _partner, Purpose.Marketing, "4", _notice, Time(-1)),
        new ConsentExpired(Header, _member, _partner, Purpose.Marketing, "4", _notice, Time(-1), Time(1)),
        new AuditRead(Header, "ListDisclosures", _member, _partner),
        new PurposesAgreed(Header, _partner, "2,4", 3),
        new NoticePublished(Header, "2026-01", true, [new NoticeText("sv", [0xde, 0xad, 0xbe, 0xef])]),
        new GuardianCodeCreated(Header, _member, Time(600_000_000), "3344"),
        new ClientKeysPublished(Header, "beanery", CallerKind.Partner, ["print-1", "print-2"], "{\"keys\":[]}", ""),
        new EventVoided(Header, new EventId(Id(0xe2)), 41, [0x5a, 0x5b], "forged", true, _member, _partner),
        new VoidEntry(Header, [0x5c, 0x5d], _member, _partner),
        new ClientSuspended(Header, "beanery", CallerKind.Partner, true),
        new SenderConstraintSet(Header, "beanery", CallerKind.Partner, SenderConstraint.DpopOrMtls),
        new ClosingRulePublished(Header, _programme, new MembershipId(Id(0xb2)), 3),
        new DisclosureRefused(Header, _partner, Purpose.Personalisation, _programme),
        new ProfileRectified(Header, _member, ["email", "postal_code"], new MemberId(Id(0xa2))),
        new ProcessingRestricted(Header, _member, RestrictionGround.LegalClaims),
        new RestrictionLifted(Header, _member),
        new SharingRefused(Header, _member, RefusalSignal.GlobalPrivacyControl),
        new MemberErased(
            Header, _member, [_membership, new MembershipId(Id(0xb2))], [new PoolPlace(_pool, _membership)], [new ChoiceOf(_partner, Time(-7_000_000))], [new CounterOf(_membership, "double-coffee", "2026-03")], [new TierOf(_membership, "gold", Time(-8_000_000))], [new MembershipId(Id(0xb2))],
            [new ActivationOf(_membership, "double-coffee")], [new WaitingOf(_partner, "R-1001", "double-coffee")],
            [new Posting(_programme, [new(AccountRef.PoolShare(_programme, _pool, _membership), -40), new(AccountRef.Points(_programme, _membership), -7), new(AccountRef.Breakage(_programme), 47)])]),
        new NotificationAcknowledged(Header, _partner, Id(0xe2), NotificationKind.Erased),
        new MembershipMoved(Header, _member, _membership, _programme),
        new LinkCodeEnded(Header, _member, _membership),
        new ErasureFinished(Header, _member),
        new GuardianCodeEnded(Header, _member),
        new InvitationEnded(Header, _pool, _membership, _member),
        new PointsInherited(Header, _member, _membership, _programme, 7, [new Posting(_programme, [new(AccountRef.Transit(_programme), -7), new(AccountRef.Points(_programme, _membership), 7)])]),
        new RequestOpened(Header, _member, DataRight.Portability, Time(-86_400_000_000)),
        new RequestProlonged(Header, new EventId(Id(0xe2)), _member, ExtensionReason.NumberOfRequests),
        new RequestEnded(Header, new EventId(Id(0xe2)), _member, RequestOutcome.KeptByLaw),
        new HoldPlaced(Header, _member, HoldGround.LegalClaims, Time(86_400_000_000)),
        new HoldReleased(Header, new EventId(Id(0xe2)), _member),
        new BreachReported(Header, _partner, Time(-3), Time(-2), Time(-1)),
        new BreachNotified(Header, new EventId(Id(0xe2)), Time(-1)),
    }.ToDictionary(made => made.Kind);

    private static EventHeader Header => new(new EventId(Id(0xe1)), Time(0), new Caller(CallerKind.Partner, "beanery"), Id(0xf1));

    /// <summary>A time this many microseconds after 2026-03-01T12:00:00.123456Z.</summary>
    private static DateTime Time(long microseconds) => Clock.FromUnixMicroseconds(1_772_366_400_123_456 + microseconds);

    private static Guid Id(byte last) => new(0x0190_0000, 0x0203, 0x7405, 0x86, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, last);
}
