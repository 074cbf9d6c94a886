using CoalitionGateway.Ledger.Tests.Properties;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>
/// Random walks through what earns, moves, takes back and ends points, lost cards, choices, invitations and merges included, on which the Ledger and
/// a naive model must show the same after every step. The model also goes the walks with a fault each, and every fault must be found.
/// </summary>
public sealed class WalkTests
{
    private const int _steps = 60;
    private static readonly int _count = Sizes.Soaks ? 5000 : 620;
    private static readonly int _spending = Sizes.Soaks ? 2500 : 240;
    private static readonly int _claims = Sizes.Soaks ? 2500 : 160;
    private static readonly int _batched = Sizes.Soaks ? int.MaxValue : 400;
    private static readonly int _first = Sizes.Soaks ? Environment.TickCount & 0xffffff : 1;

    private static readonly Lazy<IReadOnlyList<RecordedWalk>> _walks = new(() =>
        [.. Enumerable.Range(_first, _count).Concat(Enumerable.Range(_first, _spending).Concat(Enumerable.Range(_first + WalkMaker.FirstOfClaims, _claims)).Select(seed => -seed)).OrderBy(seed => Math.Abs(seed) % WalkMaker.FirstOfClaims).AsParallel().AsOrdered().Select(seed => RecordedWalk.Go(seed, _steps))]);

    public static TheoryData<string> Faults => [.. Enum.GetNames<ModelFault>().Where(name => name != nameof(ModelFault.None))];

    [Fact]
    public void Ledger_RandomWalk_ShowsWhatTheModelShows()
    {
        var differing = _walks.Value.Where(walk => walk.DifferenceTo(new NaiveModel(ModelFault.None)) is not null).ToArray();
        var reduced = differing.Take(3).Select(walk => walk.Reduced(ModelFault.None).DifferenceTo(new NaiveModel(ModelFault.None)));
        Assert.True(differing.Length == 0, $"{differing.Length} walks differ.\n{string.Join("\n\n", reduced)}");
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(200, true)]
    public void Ledger_RandomWalkInBatches_EndsWithTheSameRowsAndEntries(int size, bool isCached) =>
        Assert.All(_walks.Value.Take(_batched), walk => Assert.True(walk.End == walk.EndInBatchesOf(size, isCached), $"Walk {walk.Seed} ends otherwise in batches of {size}"));

    [Theory]
    [MemberData(nameof(Faults))]
    public void Model_OneFault_IsFound(string fault) =>
        Assert.NotNull(_walks.Value.Select(walk => walk.DifferenceTo(new NaiveModel(Enum.Parse<ModelFault>(fault)))).FirstOrDefault(difference => difference is not null));

    /// <summary>The walks prove something only about what they meet.</summary>
    [Fact]
    public void Walks_Together_MeetAllAnswers()
    {
        var met = _walks.Value.SelectMany(walk => walk.Steps).Select(step => $"{step.Command.Method} {(step.Answer.StartsWith("refused", StringComparison.Ordinal) ? step.Answer : "done")}").Distinct();
        string[] expected =
        [
            "RecordPurchase done", "RecordPurchase refused: PurchaseReferenceTaken", "RecordPurchase refused: AgreementNotFound",
            "RecordPurchase refused: PurchaseTooLate", "RecordPurchase refused: CurrencyMismatch",
            "ReversePurchase done", "ReversePurchase refused: PurchaseNotFound", "ReversePurchase refused: ReturnExceedsPurchase", "ReversePurchase refused: ReturnExceedsGiven",
            "RecordReturn done", "RecordReturn refused: ReturnExceedsGiven", "UndoReturn done", "UndoReturn refused: ReturnNotFound",
            "SettleLots done", "SettleInactivity done", "CreateTransfer done", "CreateTransfer refused: InsufficientPoints",
            "MergeMemberships done", "MergeMemberships refused: LinkCodeInvalid",
            "ActivateCampaign done", "ActivateCampaign refused: CampaignNotFound", "ActivateCampaign refused: CampaignActivated", "ActivateCampaign refused: ActivationOver",
            "AwardPoints done", "AwardPoints refused: PurchaseReferenceTaken", "AwardPoints refused: ActivityNotFound",
            "AwardPoints refused: AwardLimitReached", "AdjustPoints done",
            "ReplaceMembershipNumber done", "ReplaceMembershipNumber refused: MembershipNotFound", "ReplaceMembershipNumber refused: MembershipNumberTaken",
            "RecordPurchase refused: MembershipNotFound", "AwardPoints refused: MembershipNotFound", "AdjustPoints refused: MembershipNotFound",
            "ChooseProgramme done", "ChooseProgramme refused: AgreementNotFound",
            "InviteMember done", "InviteMember refused: AlreadyInPool", "InviteMember refused: PoolNotFound",
            "AcceptInvitation done", "AcceptInvitation refused: AlreadyInPool", "AcceptInvitation refused: PoolNotFound", "AcceptInvitation refused: InvitationExpired",
            "CreatePool done", "ContributePoints done", "ContributePoints refused: InsufficientPoints", "ContributePoints refused: PoolNotFound",
            "WithdrawPoints done", "WithdrawPoints refused: InsufficientShare", "WithdrawPoints refused: PoolNotFound", "LeavePool done", "LeavePool refused: PoolNotFound",
            "ReservePoints done", "ReservePoints refused: RedemptionReferenceTaken", "ReservePoints refused: SpendingNotOffered", "ReservePoints refused: MembershipNotFound",
            "ReservePoints refused: SpendingStep", "ReservePoints refused: SpendingLimit", "ReservePoints refused: InsufficientPoints", "ReservePoints refused: RedemptionNotApproved",
            "CaptureRedemption done", "CaptureRedemption refused: RedemptionNotFound", "CaptureRedemption refused: RedemptionNotOpen", "CaptureRedemption refused: RedemptionNotApproved",
            "CaptureRedemption refused: CaptureExceedsReserved", "ReleaseRedemption done", "ReleaseRedemption refused: RedemptionNotOpen", "ApproveRedemption done",
            "ApproveRedemption refused: RedemptionNotFound", "DeclineRedemption done", "RefundRedemption done", "RefundRedemption refused: RedemptionNotOpen",
            "RefundRedemption refused: RefundExceedsCaptured", "PublishReward done", "PublishReward refused: StockGiven", "ClaimReward done", "ClaimReward refused: RewardNotFound",
            "ClaimReward refused: RewardSoldOut", "ClaimReward refused: RewardLimitReached", "ClaimReward refused: PoolNotFound", "ClaimReward refused: InsufficientPoints",
            "ClaimReward refused: InsufficientShare", "UseVoucher done", "UseVoucher refused: VoucherNotFound", "UseVoucher refused: VoucherUsed", "UseVoucher refused: VoucherExpired", "UseVoucher refused: VoucherOtherChannel",
            "ReturnVoucher done", "ReturnVoucher refused: VoucherNotFound", "ReturnVoucher refused: VoucherNotUsed", "ReturnVoucher refused: VoucherNotReturnable",
            "PayOutReward done", "PayOutReward refused: MembershipNotFound", "PayOutReward refused: InsufficientPoints", "CreatePaymentCode done",
            "ReservePoints refused: PaymentCodeNotFound", "EndPaymentCode done",
            "PublishAgreement done", "PublishAgreement refused: RuleInThePast", "PublishProgrammeTerms done", "PublishProgrammeTerms refused: RuleInThePast",
            "PublishCampaign done", "PublishCampaign refused: BudgetSpent", "CloseBudget done", "CloseBudget refused: ProgrammeNotFound",
        ];
        Assert.Empty(expected.Except(met));
    }
}
