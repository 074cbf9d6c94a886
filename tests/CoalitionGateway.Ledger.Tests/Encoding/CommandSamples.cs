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
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>
/// One command of each kind, and the same command as a retry. The retry has another event id and other values that the gateway
/// proposes or looks up for itself.
/// </summary>
internal static class CommandSamples
{
    private static readonly PartnerId _partner = new("beanery");
    private static readonly ProgrammeId _programme = new("bean-stars");
    private static readonly MemberId _member = new(Id(0xa1));
    private static readonly PoolId _pool = new(Id(0xc1));
    private static readonly Money _amount = new("GBP", 12_340_000);
    private static readonly DateTime _time = Clock.FromUnixMicroseconds(1_772_366_400_123_456);
    private static readonly Profile _profile = new(_member, "Ada Åberg", "1980-05-06", "ada@example.org", "+46701234567", "111 22", "SE");
    private static readonly NoticeRef _notice = new("2026-01", "sv", [1]);

    public static IReadOnlyDictionary<string, (Command First, Command Retry)> All { get; } = Of(0xe1).Zip(Of(0xe9)).ToDictionary(pair => pair.First is Propose ? nameof(Propose) : pair.First.Method);

    private static Command[] Of(byte proposed)
    {
        var (issue, secret) = (new CommandContext(new Caller(CallerKind.Partner, "beanery"), Id(0xf1), new EventId(Id(proposed))), new byte[] { proposed, 1, 2 });
        var notices = Given.Notice(proposed == 0xe1 ? "2026-01" : "2026-02");
        return
        [
            new RegisterPartner(issue, _partner, "The Beänery", ["earning.write", "members.read"], [$"granted-{proposed}"], secret),
            new CreateProgramme(issue, _programme, _partner, "Bean Stars ☆", "Europe/Stockholm", new Money("SEK", 50_000)),
            new PublishAgreement(issue, _partner, _programme, new Terms([new Rate(3, new Money("GBP", 2_000_000), 500_000, true)], Rounding.Up, [new CategoryFactor("coffee", 200)], 60)) { FromTime = _time, AwardLimits = new AwardLimits(600, 8000) },
            new PublishProgrammeTerms(issue, _programme, new ProgrammeRules(new LotRule(14, new Expiry(24, 0, ExpirySnap.MonthEnd)), [new Cap(CapPeriod.Day, 500, 4)])) { FromTime = _time },
            new PublishCampaign(issue, _programme, "double-coffee", new CampaignRule(
                _time, _time.AddDays(1), new CampaignFilter([_partner], ["coffee"], [SalesChannel.App], [DayOfWeek.Tuesday], 540, 1080, _amount, 0, 10),
                CampaignEffect.PerSpend, 7, _amount, [new Band(1, 2)], "drinks", [new Cap(CapPeriod.Ever, 100, 0)], true, _partner, 900)),
            new PublishRoute(issue, _programme, new ProgrammeId("aurora-miles"), 4, 5, 1000, 50_000, true),
            new EnrollMember(issue, _partner, "M-1", new MemberId(Id(proposed)), new MembershipId(Id(proposed)), _profile, _profile with { MemberId = new MemberId(Id(proposed)), Email = $"sealed {proposed}" }) { ReferrerNumber = "M-9" },
            new CreateLinkCode(issue, _partner, "M-1", secret),
            new LinkMembership(issue, _member, _programme, "M-1", [0xca, 0xfe], notices),
            new MergeMemberships(issue, _member, _programme, "M-1", [0xca, 0xfe], notices),
            new ReplaceMembershipNumber(issue, _partner, "M-1", "M-2") { Salt = [1, 2] },
            new ChooseProgramme(issue, _member, _partner, _programme),
            new Disclose(issue, _partner, "M-1", Purpose.Analytics, [new("profile.email", DataCategory.Contact), new("membership.number", DataCategory.None)], notices),
            new RecordPurchase(issue, _partner, "R-1001", "M-1", _amount, _time),
            new ReversePurchase(issue, _partner, "R-1001", _amount) { ReversalReference = "V-4004" },
            new AwardPoints(issue, _partner, "G-3003", "M-1", 30, AwardReason.OpeningBalance, _time) { ActivityId = "review" },
            new AdjustPoints(issue, _programme, "M-1", -30, AdjustmentReason.Fraud, "C-5005") { MaxPointsAlone = proposed },
            .. OfSpending(issue, proposed),
            .. OfSignIns(issue, proposed),
            .. OfGovernance(issue, proposed),
            new RecordReturn(issue, _partner, "T-2002", "M-1", _amount, _time),
            new UndoReturn(issue, _partner, "T-2002"),
            new CreateTransfer(issue, _member, _programme, new ProgrammeId("aurora-miles"), 2000),
            new CreatePool(issue, _member, _programme, new PoolId(Id(proposed)), new ParticipantId(Id(proposed))),
            new InviteMember(issue, _member, _pool, "M-2", new ParticipantId(Id(proposed)), new MembershipId(Id(proposed))),
            new AcceptInvitation(issue, _member, _pool),
            new ContributePoints(issue, _member, _pool, 40),
            new WithdrawPoints(issue, _member, _pool, 20),
            new LeavePool(issue, _member, _pool),
            new GiveConsent(
                issue, _member, _partner, Purpose.Personalisation, [DataCategory.Location, DataCategory.Identity], "2026-01", "sv",
                proposed == 0xe1 ? _notice : null, notices),
            new WithdrawConsent(issue, _member, _partner, Purpose.CustomerSupport, notices),
            new RefuseConsent(issue, _member, _partner, Purpose.Analytics, "2026-01", "sv", proposed == 0xe1 ? _notice : null, notices),
            new DeferConsent(issue, _member, _partner, Purpose.Analytics, "2026-01", "sv", proposed == 0xe1 ? _notice : null, notices),
            new RequestConsent(issue, _partner, "M-1", Purpose.Marketing, [DataCategory.Contact], _notice, notices),
            new RevokeConsent(issue, _partner, "M-1", Purpose.Marketing, _notice, notices),
            new RecordAuditRead(issue, "ListDisclosures", _member, _partner),
            new AgreePurposes(issue, _partner, [Purpose.Analytics, Purpose.Marketing]),
            new PublishNotice(issue, "2026-02", true, [new NoticeText("sv", [1])]),
            new CreateGuardianCode(issue, _member, $"hash-{proposed}", proposed),
            new PublishClientKeys(issue, "aurora-air", """{"keys":[]}""", [$"print-{proposed}"], $"person-{proposed}"),
            new SuspendClient(issue, "aurora-air", true),
            new SetSenderConstraint(issue, "aurora-air", SenderConstraint.Dpop),
            new PublishClosingRule(issue, _programme, "M-9"),
            new RectifyProfile(issue, _member, _profile, _profile with { Email = $"sealed {proposed}" }, [$"changed-{proposed}"]),
            new RestrictProcessing(issue, _member, RestrictionGround.LegalClaims),
            new LiftRestriction(issue, _member), new SettleInactivity(issue, new MembershipId(Id(0xb1))),
            new RefuseSharing(issue, _member, RefusalSignal.GlobalPrivacyControl, Given.Notice("1")),
            new EraseMember(issue, _member, true, Given.Notice("1")),
            new AcknowledgeNotification(issue, _partner, Id(0xe2)),
            new OpenRequest(issue, _member, DataRight.Portability, _time),
            new ExtendRequest(issue, new EventId(Id(0xe2)), ExtensionReason.NumberOfRequests),
            new CloseRequest(issue, new EventId(Id(0xe2)), RequestOutcome.KeptByLaw),
            new PlaceHold(issue, _member, HoldGround.LegalClaims, _time),
            new ReleaseHold(issue, new EventId(Id(0xe2))),
            new ReportBreach(issue, _partner, _time, _time.AddMicroseconds(1), _time.AddMicroseconds(2)),
            new VoidEvent(issue, new EventId(Id(0xe2)), "forged", IsProved: false, Stands: true),
            new CloseBreach(issue, new EventId(Id(0xe2)), _time),
            .. Due(issue),
        ];
    }

    /// <summary>What the gateway submits itself when it falls due.</summary>
    private static Command[] Due(CommandContext issue) =>
    [
        new EndInvitation(issue, new PoolId(Id(0xc1)), new MembershipId(Id(0xb1))),
        new EndLinkCode(issue, new MembershipId(Id(0xb1))),
        new EndGuardianCode(issue, _member),
        new ExpireConsent(issue, _member, _partner, Purpose.Marketing),
        new FinishErasure(issue, _member),
        new ActivateCampaign(issue, _member, _programme, "double-coffee"),
        new RemindMember(issue, new MembershipId(Id(0xb1))),
        new SettleLots(issue, Id(0xe2)),
        new CloseBudget(issue, _programme, "double-coffee"),
    ];

    private static Command[] OfSpending(CommandContext issue, byte proposed) =>
    [
        new ReservePoints(issue, _partner, "P-6006", "M-1", 70, _amount, true) { CodeHash = "c0de" },
        new CaptureRedemption(issue, _partner, "P-6006", 60),
        new ReleaseRedemption(issue, _partner, "P-6006"),
        new RefundRedemption(issue, _partner, "P-6006", 50),
        new ApproveRedemption(issue, _member, new EventId(Id(0xe2))),
        new DeclineRedemption(issue, _member, new EventId(Id(0xe2))),
        new PublishReward(issue, _programme, "coffee", new RewardRule(150, [new RewardText("lv", "Kafija")], _amount, _time, _time.AddDays(1), 1000, 3, 30, ["gold"], [_partner])
        {
            Channels = [SalesChannel.Web], EntitlementDays = 31, IsReturnable = true, Payout = new Payout([2, 5, 8, 11], 1, 300, 900, "bands"), PriceMoney = _amount,
        }),
        new ClaimReward(issue, _member, _programme, "coffee", _pool, $"hash-{proposed}"),
        new PayOutReward(issue, _programme, new DateOnly(2026, 5, 1), "group/bands", new MembershipId(Id(0xb1)), _member, $"hash-{proposed}"),
        new EndPayouts(issue, _programme, "group/bands", new DateOnly(2026, 5, 1), 4),
        new UseVoucher(issue, _partner, "c0de", SalesChannel.App),
        new ReturnVoucher(issue, _partner, "c0de"),
        new CreatePaymentCode(issue, _member, _programme, 500, $"hash-{proposed}"),
        new EndPaymentCode(issue, new MembershipId(Id(0xb1))),
    ];

    private static Command[] OfSignIns(CommandContext issue, byte proposed) =>
    [
        new CreateSignInCode(issue, _partner, "M-1", $"hash-{proposed}"),
        new EndSignInCode(issue, _member),
        new AddPasskey(issue, _member, new Passkey(Id(proposed), _member, "cafe", [proposed, 1, 2], $"{proposed}", true, $"Phone {proposed}", _time), "c0de"),
        new BeginNewStart(issue, _member, "c0de"),
        new CancelNewStart(issue, _member),
        new RemovePasskey(issue, _member, Id(0x51)),
        new MakeRecoveryCodes(issue, _member, [$"hash-{proposed}"]),
        new UseRecoveryCode(issue, _member, "c0de"),
        new LinkAccount(issue, _member, "c0de"),
    ];

    private static Command[] OfGovernance(CommandContext issue, byte proposed) =>
    [
        new InvitePerson(issue, new PersonId("anna"), CallerKind.Operator, [PersonRole.Publish, PersonRole.Read], $"hash-{proposed}"),
        new IssueClientSecret(issue, "aurora-air", [proposed, 1, 2], 30, 4, $"person-{proposed}"),
        new PublishClient(issue, "back-office", CallerKind.Operator, "Back office", ["people.read"], ["https://back.example/callback"]),
        new ChangeRoles(issue, new PersonId("anna"), [PersonRole.Read]),
        new RenewPerson(issue, new PersonId("anna"), $"hash-{proposed}"),
        new RemovePerson(issue, new PersonId("anna")),
        new Propose(issue, new PublishClosingRule(issue, _programme, "M-1"), [proposed, 1], $"{proposed}", [proposed, 2]),
        new ApproveProposal(issue, new EventId(Id(0xe2)), new PublishClosingRule(issue, _programme, "M-1")),
        new DeclineProposal(issue, new EventId(Id(0xe2))),
        new EndProposal(issue, new EventId(Id(0xe2))),
    ];

    private static Guid Id(byte last) => new(0x0190_0000, 0x0203, 0x7405, 0x86, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, last);
}
