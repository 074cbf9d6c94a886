using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Rewards;

internal sealed class RewardService(CommandJournal journal, LedgerStore store, GovernedCalls governed, RewardReader reader, Catalogue catalogue,
    ElsewhereService elsewhere, ReceiptService receipts, OfficersReading reading, GatewayKeys keys, Paging paging, TimeProvider clock)
    : V1.RewardService.RewardServiceBase
{
    private readonly OneTimeCodes _codes = new(keys, VoucherCodes);
    private readonly OneTimeCodes _paymentCodes = new(keys, "payment");

    /// <summary>The kind of the codes of vouchers.</summary>
    public const string VoucherCodes = "voucher";

    public override Task<V1.PublishRewardResponse> PublishReward(V1.PublishRewardRequest request, ServerCallContext context) =>
        governed.Submit<V1.PublishRewardResponse>(request, request.RequestId, context);

    public override async Task<V1.ListRewardsResponse> ListRewards(V1.ListRewardsRequest request, ServerCallContext context)
    {
        var id = new ProgrammeId(request.ProgrammeId);
        var page = paging.Read(request.PageSize, request.PageToken, $"rewards {id} {request.Claimable}");
        var found = await reader.Rewards(
            id, page.After, request.Claimable ? Now() : null, !request.Claimable, page.Size + 1, context.CancellationToken)
            ?? throw new RefusedException(ProgrammeRefusals.ProgrammeNotFound(id, "programme_id"));
        var (rows, next) = paging.Cut(page, found, row => row.Reward.Id);
        return new V1.ListRewardsResponse { Rewards = { rows.Select(row => row.Reward.ToWire(row.Claimed)) }, NextPageToken = next };
    }

    public override async Task<V1.IdentifyMemberResponse> IdentifyMember(V1.IdentifyMemberRequest request, ServerCallContext context)
    {
        var (caller, now) = (context.Caller(), Now());
        var (refusal, member) = await store.Read(
            rows =>
            {
                var (membership, refused) = MembershipQuestion.Find(rows, caller, "", request.MembershipNumber);
                return (refused, membership is null ? null : IdentifiedMember.Find(rows, membership, caller.PartnerId(), now));
            },
            context.CancellationToken);
        if (refusal is not null)
        {
            throw new RefusedException(refusal);
        }

        var rewards = await catalogue.Of(member!.Programme.Id);
        var answer = (await store.Read(rows => member.With(rows, rewards, now), context.CancellationToken)).ToWire();
        if (request.Purpose != V1.Purpose.Unspecified)
        {
            await elsewhere.AddTo(answer, caller, request.MembershipNumber, (Purpose)(int)request.Purpose, member.Programme.Id, now,
                context.CancellationToken);
        }

        return answer;
    }

    public override async Task<V1.GetReceiptResponse> GetReceipt(V1.GetReceiptRequest request, ServerCallContext context) =>
        await receipts.Get(context.Caller().PartnerId(), request, Now(), context.CancellationToken);

    public override async Task<V1.ReservePointsResponse> ReservePoints(V1.ReservePointsRequest request, ServerCallContext context)
    {
        InvalidFieldsException.Unless(
            (request.MembershipNumber.Length > 0 == (request.PaymentCode.Length == 0), "membership_number",
                request.PaymentCode.Length == 0
                ? "is missing; send it, or a payment_code." : "must be empty: the payment_code tells the member."));
        var made = await journal.Submit<PointsReserved>(request.ToCommand(context.Caller(), _paymentCodes.HashOrNone(request.PaymentCode)));
        return new V1.ReservePointsResponse { Redemption = made.Redemption.ToWire(made.Redemption.State) };
    }

    public override async Task<V1.CaptureRedemptionResponse> CaptureRedemption(
        V1.CaptureRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RedemptionCaptured>(new CaptureRedemption(
            caller.NewContext(request.RequestId), caller.PartnerId(), request.RedemptionReference,
            request.AmountPoints == 0 ? null : request.AmountPoints));
        return new V1.CaptureRedemptionResponse
        {
            CapturedPoints = made.AmountPoints, Value = Redemption.WorthOf(made.AmountPoints, made.PointValue).ToWire(),
            ReleasedPoints = made.ReleasedPoints,
        };
    }

    public override async Task<V1.ReleaseRedemptionResponse> ReleaseRedemption(
        V1.ReleaseRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RedemptionReleased>(new ReleaseRedemption(
            caller.NewContext(request.RequestId), caller.PartnerId(), request.RedemptionReference));
        return new V1.ReleaseRedemptionResponse { ReleasedPoints = made.AmountPoints };
    }

    public override async Task<V1.RefundRedemptionResponse> RefundRedemption(V1.RefundRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RedemptionRefunded>(new RefundRedemption(
            caller.NewContext(request.RequestId), caller.PartnerId(), request.RedemptionReference,
            request.AmountPoints == 0 ? null : request.AmountPoints));
        return new V1.RefundRedemptionResponse
        {
            RefundedPoints = made.AmountPoints, LapsedPoints = made.AmountPoints - made.GivenPoints,
            Value = Redemption.WorthOf(made.AmountPoints, made.PointValue).ToWire(),
        };
    }

    public override async Task<V1.ApproveRedemptionResponse> ApproveRedemption(
        V1.ApproveRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RedemptionApproved>(new ApproveRedemption(
            caller.NewContext(request.RequestId), caller.MemberId(), new EventId(Guid.Parse(request.RedemptionId))));
        return new V1.ApproveRedemptionResponse { ApproveTime = made.Time.ToWire() };
    }

    public override async Task<V1.DeclineRedemptionResponse> DeclineRedemption(
        V1.DeclineRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<RedemptionReleased>(new DeclineRedemption(
            caller.NewContext(request.RequestId), caller.MemberId(), new EventId(Guid.Parse(request.RedemptionId))));
        return new V1.DeclineRedemptionResponse { ReleasedPoints = made.AmountPoints };
    }

    public override async Task<V1.GetRedemptionResponse> GetRedemption(V1.GetRedemptionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var isOfficer = caller.Kind == CallerKind.Officer;
        InvalidFieldsException.Unless(
            (isOfficer == (request.RedemptionReference.Length == 0), "redemption_reference", isOfficer ? "is for partners; send redemption_id." : "is missing."),
            (isOfficer == (request.RedemptionId.Length > 0), "redemption_id", isOfficer ? "is missing." : "is for officers; send redemption_reference."));
        var found = isOfficer ? await FindForOfficer(request.RedemptionId, context) : await Find(caller.PartnerId(), request.RedemptionReference, context.CancellationToken);
        return found is not null
            ? new V1.GetRedemptionResponse { Redemption = (await WithStates([found], context.CancellationToken))[0] }
            : throw new RefusedException(Redemption.NotFound(isOfficer ? "redemption_id" : "redemption_reference"));
    }

    public override async Task<V1.ListRedemptionsResponse> ListRedemptions(V1.ListRedemptionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = paging.Read(request.PageSize, request.PageToken, $"redemptions {caller}");
        var after = After(page);
        var found = caller.Kind == CallerKind.Member
            ? await reader.Redemptions(caller.MemberId(), after, page.Size + 1, context.CancellationToken)
            : await reader.Redemptions(caller.PartnerId(), after, page.Size + 1, context.CancellationToken);
        var (rows, next) = paging.Cut(page, found, row => row.Id.ToString());
        return new V1.ListRedemptionsResponse { Redemptions = { await WithStates(rows, context.CancellationToken) }, NextPageToken = next };
    }

    public override async Task<V1.CreatePaymentCodeResponse> CreatePaymentCode(
        V1.CreatePaymentCodeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var code = _paymentCodes.Make(caller.MemberId().ToString(), Guid.Parse(request.RequestId));
        var made = await journal.Submit<PaymentCodeCreated>(new CreatePaymentCode(
            caller.NewContext(request.RequestId), caller.MemberId(), new ProgrammeId(request.ProgrammeId), request.MaxPoints,
            _paymentCodes.HexHash(code)));
        return new V1.CreatePaymentCodeResponse { PaymentCode = code, ExpireTime = made.ExpireTime.ToWire() };
    }

    public override async Task<V1.ClaimRewardResponse> ClaimReward(V1.ClaimRewardRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var code = CodeOf(caller.MemberId(), Guid.Parse(request.RequestId));
        var made = await journal.Submit<RewardClaimed>(new ClaimReward(
            caller.NewContext(request.RequestId), caller.MemberId(), new ProgrammeId(request.ProgrammeId), request.RewardId,
            request.PoolId.Length > 0 ? new PoolId(Guid.Parse(request.PoolId)) : null, _codes.HexHash(code)));
        return new V1.ClaimRewardResponse { Voucher = (await WithNames([made.Voucher], context.CancellationToken)).Single() };
    }

    public override async Task<V1.ListVouchersResponse> ListVouchers(V1.ListVouchersRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var page = paging.Read(request.PageSize, request.PageToken, $"vouchers {member}");
        var (rows, next) = paging.Cut(
            page, await reader.Vouchers(member, After(page), page.Size + 1, context.CancellationToken), row => row.Id.ToString());
        return new V1.ListVouchersResponse { Vouchers = { await WithNames(rows, context.CancellationToken) }, NextPageToken = next };
    }

    public override async Task<V1.UseVoucherResponse> UseVoucher(V1.UseVoucherRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<VoucherUsed>(new UseVoucher(caller.NewContext(request.RequestId), caller.PartnerId(),
            _codes.HexHash(request.VoucherCode), (SalesChannel)(int)request.Channel));
        var reward = await store.Read(
            rows => rows.Find(new Reward.Of(made.ProgrammeId, made.RewardId, made.RewardVersion)), context.CancellationToken);
        return new V1.UseVoucherResponse
        {
            ProgrammeId = made.ProgrammeId.Value, RewardId = made.RewardId, RewardVersion = made.RewardVersion,
            UseTime = made.Time.ToWire(), Texts = { reward!.ToTexts() },
            Count = made.Count, Value = reward!.WorthOf(made.Count), EntitledTime = made.EntitledTime?.ToWire(),
            PriceMoney = made.PriceMoney?.ToWire(),
        };
    }

    public override async Task<V1.GetVoucherResponse> GetVoucher(V1.GetVoucherRequest request, ServerCallContext context)
    {
        var partner = context.Caller().PartnerId();
        var found = await store.Read(rows => VoucherView.Find(rows, _codes.HexHash(request.VoucherCode)), context.CancellationToken);
        return found.IsHonouredBy(partner) ? found.ToWire(partner, Now()) : throw new RefusedException(VoucherView.NotFound);
    }

    public override async Task<V1.ReturnVoucherResponse> ReturnVoucher(V1.ReturnVoucherRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<VoucherReturned>(new ReturnVoucher(
            caller.NewContext(request.RequestId), caller.PartnerId(), _codes.HexHash(request.VoucherCode)));
        return new V1.ReturnVoucherResponse { ReturnTime = made.Time.ToWire(), ExpireTime = made.ExpireTime.ToWire() };
    }

    private static EventId? After(Page page) => page.After is null ? null : new EventId(Guid.Parse(page.After));

    private string CodeOf(MemberId member, Guid requestId) => _codes.Make(member.ToString(), requestId);

    private Task<Redemption?> Find(PartnerId partner, string reference, CancellationToken cancellation) =>
        store.Read(rows => rows.Find(new Redemption.Of(partner, reference)), cancellation);

    /// <summary>The redemption with an id. The officer's read is recorded in the member's log first.</summary>
    private async Task<Redemption?> FindForOfficer(string id, ServerCallContext context)
    {
        var (found, membership) = await store.Read(
            rows => rows.Find(new Redemption.WithId(new EventId(Guid.Parse(id)))) is { } row ? (row, Membership.Find(rows, row.MembershipId)) : default, context.CancellationToken);
        await reading.Record(context, membership?.MemberId, found?.PartnerId);
        return found;
    }

    /// <summary>Vouchers with their codes, and with their rewards' names as they were claimed.</summary>
    private async Task<IEnumerable<V1.Voucher>> WithNames(IReadOnlyList<Voucher> found, CancellationToken cancellation)
    {
        var rewards = await store.Read(
            rows => found.Select(row => rows.Find(new Reward.Of(row.ProgrammeId, row.RewardId, row.RewardVersion))).ToArray(),
            cancellation);
        return found.Zip(rewards, (row, reward) => row.ToWire(reward!, CodeOf(row.ClaimedBy, row.RequestId)));
    }

    /// <summary>Redemptions with their states now. A reservation can have ended although its row does not say so.</summary>
    private Task<V1.Redemption[]> WithStates(IReadOnlyList<Redemption> found, CancellationToken cancellation)
    {
        var now = Now();
        return store.Read(
            rows => found.Select(row => row.ToWire(row.State == RedemptionState.Reserved
                ? RedemptionView.Of(rows, row, now).StateAt(now) : row.State)).ToArray(), cancellation);
    }

    private DateTime Now() => Clock.Truncate(clock.GetUtcNow());
}
