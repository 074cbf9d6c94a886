using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Rewards;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A payment with points. The parts are in the order in which they were taken.</summary>
internal sealed class ModelPayment(EventId id, PartnerId partner, ProgrammeId programme, MembershipId membership, long points, DateTime until, bool needsApproval)
{
    public EventId Id => id;

    public PartnerId Partner => partner;

    public ProgrammeId Programme => programme;

    public MembershipId Membership => membership;

    public long Points => points;

    public DateTime Until => until;

    public bool NeedsApproval { get; set; } = needsApproval;

    public List<ModelPiece> Parts { get; set; } = [];

    /// <summary>Null: nothing is spent.</summary>
    public long? Spent { get; set; }

    public long Refunded { get; set; }

    public bool IsReleased { get; set; }

    public string Name => $"{partner} {id}";
}

/// <summary>A claimed reward.</summary>
internal sealed record ModelClaim(ProgrammeId Programme, string Reward, long Version, MembershipId Membership, long Price, string Code, DateTime End, PartnerId? UsedBy)
{
    /// <summary>How many times the voucher gives the reward.</summary>
    public long Count { get; init; } = 1;

    /// <summary>Until then its brand gives it again.</summary>
    public DateTime? Entitled { get; init; }
}

/// <summary>Points that became a voucher on a day.</summary>
internal sealed record ModelPayout(string Group, DateOnly Day, MembershipId Membership, long Points);

/// <summary>A payment code.</summary>
internal sealed record ModelCode(ProgrammeId Programme, MembershipId Membership, long Max, DateTime End);

/// <summary>Payments with points, rewards and vouchers.</summary>
internal sealed partial class NaiveModel
{
    private readonly Dictionary<(PartnerId Partner, string Reference), ModelPayment> _payments = [];
    private readonly Dictionary<(ProgrammeId Programme, PartnerId Partner), long> _redeemed = [];
    private readonly Dictionary<(ProgrammeId Programme, string Reward), List<RewardRule>> _rewards = [];
    private readonly Dictionary<(ProgrammeId Programme, string Reward), List<DateTime>> _rewardTimes = [];
    private readonly List<ModelClaim> _claims = [];
    private readonly List<ModelPayout> _payouts = [];
    private readonly Dictionary<string, ModelCode> _codes = [];

    private void AddSpending(WalkSight seen)
    {
        foreach (var ((programme, partner), points) in _redeemed)
        {
            seen.Add($"{programme} redeemed {partner}", points);
        }

        foreach (var own in _claims.GroupBy(claim => (claim.Membership, claim.Reward)))
        {
            seen.AddCounter(own.Key.Membership, $"/reward/{own.Key.Reward}", "", own.Sum(claim => claim.Price), own.Sum(claim => claim.Count));
        }

        foreach (var own in _payouts.GroupBy(payout => (payout.Membership, payout.Group, payout.Day)))
        {
            seen.AddCounter(own.Key.Membership, $"/payout/{own.Key.Group}", $"{own.Key.Day:yyyy-MM-dd}", own.Sum(payout => payout.Points), own.Count());
        }
    }

    private string Reserve(ReservePoints reserve, DateTime now)
    {
        if (_payments.ContainsKey((reserve.PartnerId, reserve.Reference)))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionReferenceTaken);
        }

        var code = reserve.CodeHash is null ? null : _codes.GetValueOrDefault(reserve.CodeHash);
        if (reserve.CodeHash is not null && (code is null || (code.End <= now && fault != ModelFault.PaymentCodeNeverEnds)))
        {
            return WalkAnswers.Of(RefusalReason.PaymentCodeNotFound);
        }

        var programme = code?.Programme ?? (reserve.PartnerId == Given.Beanery ? Given.Stars : Given.Miles);
        var isTaken = reserve.PartnerId == WalkWorld.OwnerOf(programme) || AgreementAt(reserve.PartnerId, programme, now) is { Terms.AcceptsPoints: true };
        if (RulesAt(programme, now).Spending is not { } rule || !(isTaken || fault == ModelFault.PaymentCodeWorksAtEachBrand))
        {
            return WalkAnswers.Of(RefusalReason.SpendingNotOffered);
        }

        if ((code is null ? CardAt(reserve.Number, now) : Current(code.Membership)) is not { } membership)
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var (points, holder) = (reserve.AmountPoints, _members[membership]);
        if (RefusesAmount(reserve, rule, code, holder) is { } refusal)
        {
            return refusal;
        }

        var needsApproval = code is null && rule.ApprovalAbovePoints > 0 && points > rule.ApprovalAbovePoints;
        if (needsApproval && reserve.IsSpentNow && fault != ModelFault.SpendsWithoutApproval)
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotApproved);
        }

        var (first, inactive) = (holder.FirstExpiry(points), RulesAt(programme, now).Inactivity is null ? holder.EndTime : null);
        var until = EndOf(now, rule.ReservationMinutes, fault == ModelFault.ReservationOutlivesItsPoints ? null : inactive < (first ?? DateTime.MaxValue) ? inactive : first);
        var payment = new ModelPayment(reserve.Context.EventId, reserve.PartnerId, programme, membership, points, until, needsApproval);
        _payments[(reserve.PartnerId, reserve.Reference)] = payment;
        if (reserve.CodeHash is not null && fault != ModelFault.PaymentCodeWorksTwice)
        {
            _codes.Remove(reserve.CodeHash);
        }

        payment.Parts = reserve.IsSpentNow ? holder.Debit(points) : holder.Reserve(points, until, payment.Name);
        payment.Spent = reserve.IsSpentNow ? points : null;
        Redeem(programme, reserve.PartnerId, payment.Spent ?? 0);
        BeActiveBySpending(membership, programme, now);
        return WalkAnswers.Reserved(until, needsApproval);
    }

    private string? RefusesAmount(ReservePoints reserve, SpendingRule rule, ModelCode? code, ModelHolder holder)
    {
        var points = reserve.AmountPoints;
        if (points < rule.MinPoints || points < 2 || points % rule.StepPoints != 0)
        {
            return WalkAnswers.Of(RefusalReason.SpendingStep);
        }

        // A point is half a penny.
        if (points * 5_000 * 100 > reserve.Bill.Micros * rule.MaxBillPercent)
        {
            return WalkAnswers.Of(RefusalReason.SpendingLimit);
        }

        if (code is { Max: 0 } && reserve.PartnerId != WalkWorld.OwnerOf(code.Programme))
        {
            return WalkAnswers.Of(RefusalReason.SpendingLimit);
        }

        if (code is { Max: > 0 } && points > code.Max && fault != ModelFault.PaymentCodeHasNoLimit)
        {
            return WalkAnswers.Of(RefusalReason.SpendingLimit);
        }

        if (points > holder.Available)
        {
            return WalkAnswers.Of(RefusalReason.InsufficientPoints);
        }

        return null;
    }

    /// <summary>The first whole minute at which so many minutes are over, or the time at which the points expire.</summary>
    private static DateTime EndOf(DateTime now, long minutes, DateTime? expiry)
    {
        var end = now.AddMinutes(minutes);
        var whole = new DateTime(end.Year, end.Month, end.Day, end.Hour, end.Minute, 0, DateTimeKind.Utc);
        end = whole < end ? whole.AddMinutes(1) : whole;
        return expiry < end ? expiry.Value : end;
    }

    private void BeActiveBySpending(MembershipId membership, ProgrammeId programme, DateTime now)
    {
        if (RulesAt(programme, now).Inactivity is { } rule && fault != ModelFault.SpendingIsNoActivity)
        {
            End(membership, programme, rule, now);
        }
    }

    private void Redeem(ProgrammeId programme, PartnerId partner, long points) => _redeemed[(programme, partner)] = _redeemed.GetValueOrDefault((programme, partner)) + points;

    private ModelHolder HolderOf(ModelPayment payment) => _members[Current(payment.Membership)];

    private bool IsOpen(ModelPayment payment, DateTime now) =>
        payment is { Spent: null, IsReleased: false } && (now < payment.Until || fault == ModelFault.ReservedForever) && HolderOf(payment).ReservedFor(payment.Name) == payment.Points;

    private string Capture(CaptureRedemption capture, DateTime now)
    {
        if (!_payments.TryGetValue((capture.PartnerId, capture.Reference), out var payment))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotFound);
        }

        if (!IsOpen(payment, now))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotOpen);
        }

        if (payment.NeedsApproval && fault != ModelFault.SpendsWithoutApproval)
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotApproved);
        }

        var points = capture.AmountPoints ?? payment.Points;
        if (points > payment.Points)
        {
            return WalkAnswers.Of(RefusalReason.CaptureExceedsReserved);
        }

        GiveBack(payment, points, now);
        payment.Spent = points;
        Redeem(payment.Programme, payment.Partner, fault == ModelFault.CaptureKeepsTheRest ? payment.Points : points);
        return WalkAnswers.Captured(points, payment.Points - points);
    }

    /// <summary>Ends a reservation. So many of its first points stay away, and the others come back.</summary>
    private void GiveBack(ModelPayment payment, long spent, DateTime now)
    {
        HolderOf(payment).TakeReserved(payment.Name);
        if (fault == ModelFault.PartCaptureSpendsLastFirst)
        {
            payment.Parts.Reverse();
        }

        var (kept, back) = Split(payment.Parts, spent);
        payment.Parts = kept;
        foreach (var piece in back.Where(_ => fault != ModelFault.CaptureKeepsTheRest || spent == 0))
        {
            HolderOf(payment).Add(piece.Award, fault == ModelFault.ReleaseForgetsTerms ? default : piece.Term, piece.Points, now);
        }
    }

    private static (List<ModelPiece> First, List<ModelPiece> Others) Split(IEnumerable<ModelPiece> pieces, long points)
    {
        var (first, others) = (new List<ModelPiece>(), new List<ModelPiece>());
        foreach (var piece in pieces)
        {
            for (var i = 0; i < piece.Points; i++)
            {
                var list = points-- > 0 ? first : others;
                if (list.Count == 0 || list[^1].Award != piece.Award || list[^1].Term != piece.Term)
                {
                    list.Add(new ModelPiece(piece.Award, piece.Term, 0));
                }

                list[^1].Points++;
            }
        }

        return (first, others);
    }

    private string Release(ReleaseRedemption release, DateTime now) =>
        _payments.TryGetValue((release.PartnerId, release.Reference), out var payment) ? Release(payment, now) : WalkAnswers.Of(RefusalReason.RedemptionNotFound);

    private string Release(ModelPayment payment, DateTime now)
    {
        if (!IsOpen(payment, now))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotOpen);
        }

        GiveBack(payment, 0, now);
        payment.IsReleased = true;
        return WalkAnswers.Done;
    }

    private ModelPayment? PaymentOf(EventId id, MemberId member) =>
        _payments.Values.FirstOrDefault(payment => payment.Id == id && WalkWorld.HolderOf(Current(payment.Membership)) == member);

    private string Decline(DeclineRedemption decline, DateTime now) =>
        PaymentOf(decline.RedemptionId, decline.MemberId) is { } payment ? Release(payment, now) : WalkAnswers.Of(RefusalReason.RedemptionNotFound);

    private string Approve(ApproveRedemption approve, DateTime now)
    {
        if (PaymentOf(approve.RedemptionId, approve.MemberId) is not { } payment)
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotFound);
        }

        if (!IsOpen(payment, now))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotOpen);
        }

        payment.NeedsApproval = false;
        return WalkAnswers.Done;
    }

    private string Refund(RefundRedemption refund, DateTime now)
    {
        if (!_payments.TryGetValue((refund.PartnerId, refund.Reference), out var payment))
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotFound);
        }

        if (payment.Spent is not { } spent)
        {
            return WalkAnswers.Of(RefusalReason.RedemptionNotOpen);
        }

        var left = spent - (fault == ModelFault.RefundForgetsEarlierOnes ? 0 : payment.Refunded);
        var points = refund.AmountPoints ?? left;
        if (points > left || left == 0)
        {
            return WalkAnswers.Of(RefusalReason.RefundExceedsCaptured);
        }

        var parts = fault == ModelFault.RefundTakesFirstPartFirst ? payment.Parts : Enumerable.Reverse(payment.Parts);
        var back = Split(Split(parts, payment.Refunded).Others, points).First;
        payment.Refunded += points;
        Redeem(payment.Programme, payment.Partner, -points);
        var (given, paid) = (0L, 0L);
        foreach (var piece in back.OrderBy(piece => HolderOf(payment).Pause.Later(piece.Term.Expires) <= now).ToList())
        {
            if (TermAfter(payment, piece.Term, now) is { } term)
            {
                (given, paid) = (given + piece.Points, paid + HolderOf(payment).Add(piece.Award, term, piece.Points, now));
                continue;
            }

            HolderOf(payment).LapseAtOnce(piece.Term, piece.Points);
        }

        // A refund moves no end of inactivity, and sets one where there is none.
        if (HolderOf(payment).InactiveTime is null && RulesAt(payment.Programme, now).Inactivity is { } rule)
        {
            End(Current(payment.Membership), payment.Programme, rule, now);
        }

        return WalkAnswers.Refunded(points, given, paid);
    }

    /// <summary>The term of refunded points; null: they have expired for good.</summary>
    private ModelTerm? TermAfter(ModelPayment payment, ModelTerm term, DateTime now)
    {
        if (fault == ModelFault.RefundComesBackPlain)
        {
            return default(ModelTerm);
        }

        if (!(HolderOf(payment).Pause.Later(term.Expires) <= now))
        {
            return term;
        }

        var days = WalkWorld.DaysOf(payment.Programme);
        var grace = RulesAt(payment.Programme, now).Spending?.GraceDays ?? 0;
        return grace > 0 || fault == ModelFault.ExpiredRefundComesBack
            ? term with { Expires = days.StartOf(days.DayOf(now).AddDays((int)grace + (fault == ModelFault.GraceADayShorter ? 0 : 1))) }
            : null;
    }

    private string Publish(PublishReward publish, DateTime now)
    {
        var claimed = _claims.Where(claim => claim.Programme == publish.ProgrammeId && claim.Reward == publish.Id).Sum(claim => claim.Count);
        if (publish.Rule.StockCount > 0 && publish.Rule.StockCount < claimed)
        {
            return WalkAnswers.Of(RefusalReason.StockGiven);
        }

        var versions = _rewards.TryGetValue((publish.ProgrammeId, publish.Id), out var before) ? before : _rewards[(publish.ProgrammeId, publish.Id)] = [];
        versions.Add(publish.Rule);
        (_rewardTimes.TryGetValue((publish.ProgrammeId, publish.Id), out var times) ? times : _rewardTimes[(publish.ProgrammeId, publish.Id)] = []).Add(now);
        return WalkAnswers.Done;
    }

    private string Claim(ClaimReward claim, DateTime now)
    {
        var membership = WalkWorld.MembershipOf(claim.MemberId, claim.ProgrammeId);
        if (_merged.ContainsKey(membership))
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var versions = _rewards.GetValueOrDefault((claim.ProgrammeId, claim.RewardId), []);
        if (versions.Count == 0 || now < versions[^1].FromTime || now >= versions[^1].UntilTime || versions[^1].Payout is not null)
        {
            return WalkAnswers.Of(RefusalReason.RewardNotFound);
        }

        var (rule, made) = (versions[^1], _claims.Where(found => found.Programme == claim.ProgrammeId && found.Reward == claim.RewardId).ToList());
        var (all, own) = (made.Sum(found => found.Count), made.Where(found => found.Membership == membership).Sum(found => found.Count));
        if (rule.StockCount > 0 && (fault == ModelFault.StockIsPerMember ? own : all) >= rule.StockCount)
        {
            return WalkAnswers.Of(RefusalReason.RewardSoldOut);
        }

        if (rule.MaxPerMember > 0 && (fault == ModelFault.ClaimLimitIsForAll ? all : own) >= rule.MaxPerMember)
        {
            return WalkAnswers.Of(RefusalReason.RewardLimitReached);
        }

        var price = fault == ModelFault.ClaimsAtTheOldPrice ? versions[0].PricePoints : rule.PricePoints;
        if (Pays(claim, membership, price) is { } refusal)
        {
            return refusal;
        }

        Redeem(claim.ProgrammeId, WalkWorld.OwnerOf(claim.ProgrammeId), price);
        var days = WalkWorld.DaysOf(claim.ProgrammeId);
        var end = days.StartOf(days.DayOf(now).AddDays((int)rule.VoucherDays + 1));
        _claims.Add(new ModelClaim(claim.ProgrammeId, claim.RewardId, versions.Count, membership, price, claim.CodeHash, end, null));
        BeActiveBySpending(membership, claim.ProgrammeId, now);
        return WalkAnswers.Claimed(versions.Count, price, rule.PriceMoney, end);
    }

    /// <summary>Takes the price of a claim; the refusal if there are too few points.</summary>
    private string? Pays(ClaimReward claim, MembershipId membership, long price)
    {
        var payer = _members[membership];
        if (claim.PoolId is { } pool)
        {
            if (Own(pool, claim.MemberId) is not var (of, share) || of != membership)
            {
                return WalkAnswers.Of(RefusalReason.PoolNotFound);
            }

            payer = share;
        }

        if (payer.Available < price)
        {
            return WalkAnswers.Of(claim.PoolId is null ? RefusalReason.InsufficientPoints : RefusalReason.InsufficientShare);
        }

        payer.Debit(price);
        return null;
    }

    private string Use(UseVoucher use, DateTime now)
    {
        var index = _claims.FindIndex(claim => claim.Code == use.CodeHash);
        if (index < 0)
        {
            return WalkAnswers.Of(RefusalReason.VoucherNotFound);
        }

        var claim = _claims[index];
        var versions = _rewards[(claim.Programme, claim.Reward)];
        var rule = fault == ModelFault.VoucherFollowsLatestVersion ? versions[^1] : versions[(int)claim.Version - 1];
        if (!(rule.Partners.Count == 0 ? use.PartnerId == WalkWorld.OwnerOf(claim.Programme) : rule.Partners.Contains(use.PartnerId)))
        {
            return WalkAnswers.Of(RefusalReason.VoucherNotFound);
        }

        var isEntitled = (claim.UsedBy == use.PartnerId || fault == ModelFault.EntitlementIsForAllBrands) && (now < claim.Entitled || (claim.Entitled is not null && fault == ModelFault.EntitlementNeverEnds));
        if (claim.UsedBy is not null && !isEntitled && fault != ModelFault.VoucherWorksTwice)
        {
            return WalkAnswers.Of(RefusalReason.VoucherUsed);
        }

        if (claim.End <= now && !isEntitled && fault != ModelFault.VoucherNeverEnds)
        {
            return WalkAnswers.Of(RefusalReason.VoucherExpired);
        }

        if (rule.Channels.Count > 0 && !rule.Channels.Contains(use.Channel) && fault != ModelFault.VoucherWorksInEachChannel)
        {
            return WalkAnswers.Of(RefusalReason.VoucherOtherChannel);
        }

        var days = WalkWorld.DaysOf(claim.Programme);
        var entitled = claim.Entitled ?? (rule.EntitlementDays == 0 ? null : days.StartOf(days.DayOf(now).AddDays((int)rule.EntitlementDays)));
        _claims[index] = claim with { UsedBy = use.PartnerId, Entitled = entitled };
        return WalkAnswers.Used(claim.Count, entitled, claim.UsedBy is null || fault == ModelFault.MoneyIsPaidAtEachUse ? rule.PriceMoney : null);
    }

    private string TakeBack(ReturnVoucher back, DateTime now)
    {
        var index = _claims.FindIndex(claim => claim.Code == back.CodeHash);
        var rule = index < 0 ? null : _rewards[(_claims[index].Programme, _claims[index].Reward)][(int)_claims[index].Version - 1];
        if (rule is null || !(rule.Partners.Count == 0 ? back.PartnerId == WalkWorld.OwnerOf(_claims[index].Programme) : rule.Partners.Contains(back.PartnerId)))
        {
            return WalkAnswers.Of(RefusalReason.VoucherNotFound);
        }

        if (_claims[index].UsedBy != back.PartnerId)
        {
            return WalkAnswers.Of(RefusalReason.VoucherNotUsed);
        }

        if (_claims[index].End <= now)
        {
            return WalkAnswers.Of(RefusalReason.VoucherExpired);
        }

        if (!rule.IsReturnable && fault != ModelFault.LostVouchersComeBack)
        {
            return WalkAnswers.Of(RefusalReason.VoucherNotReturnable);
        }

        _claims[index] = fault == ModelFault.ReturnedVoucherStaysUsed ? _claims[index] : _claims[index] with { UsedBy = null, Entitled = null };
        return WalkAnswers.Done;
    }

    private string PayOut(PayOutReward pay, DateTime now)
    {
        var offers = _rewards.Where(reward => reward.Key.Programme == pay.ProgrammeId && reward.Value[^1].Payout is not null
                && GroupOn(reward.Key, WalkWorld.DaysOf(pay.ProgrammeId).StartOf(pay.Day)) == pay.Group)
            .OrderByDescending(reward => fault == ModelFault.PaysOutTheCheapest ? -reward.Value[^1].PricePoints : reward.Value[^1].PricePoints).ThenBy(reward => reward.Key.Reward, StringComparer.Ordinal).ToList();
        var isPaid = _payouts.Any(payout => (payout.Group, payout.Day, payout.Membership) == (pay.Group, pay.Day, pay.MembershipId));
        if (_merged.ContainsKey(pay.MembershipId) || (isPaid && fault != ModelFault.PaysOutTwiceADay))
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var (days, holder) = (WalkWorld.DaysOf(pay.ProgrammeId), _members[pay.MembershipId]);
        foreach (var ((programme, reward), versions) in offers)
        {
            var (rule, made) = (versions[^1], _claims.Where(claim => claim.Programme == pay.ProgrammeId && claim.Reward == reward).ToList());
            var left = fault == ModelFault.PaysOutMoreThanTheStock || rule.StockCount == 0 ? long.MaxValue : rule.StockCount - made.Sum(claim => claim.Count);
            left = rule.MaxPerMember == 0 ? left : Math.Min(left, rule.MaxPerMember - made.Where(claim => claim.Membership == pay.MembershipId).Sum(claim => claim.Count));
            var (points, begin) = (TurnedBy(rule, holder.Available, left), days.StartOf(pay.Day));
            if (points == 0 || begin < rule.FromTime || begin >= rule.UntilTime || begin > now)
            {
                continue;
            }

            holder.Debit(points);
            Redeem(programme, WalkWorld.OwnerOf(programme), points);
            var end = days.StartOf(days.DayOf(now).AddDays((int)rule.VoucherDays + 1));
            _claims.Add(new ModelClaim(programme, reward, versions.Count, pay.MembershipId, points, pay.CodeHash, end, null) { Count = points / rule.PricePoints });
            _payouts.Add(new ModelPayout(pay.Group, pay.Day, pay.MembershipId, points));
            return WalkAnswers.Claimed(versions.Count, points, null, end);
        }

        return WalkAnswers.Of(RefusalReason.InsufficientPoints);
    }

    /// <summary>The group that a reward had when a day began; that of its first version, if it was published later.</summary>
    private string GroupOn((ProgrammeId Programme, string Reward) key, DateTime begin)
    {
        var count = fault == ModelFault.PaysOutInANewGroupAtOnce ? _rewards[key].Count : Math.Max(1, _rewardTimes[key].Count(time => time <= begin));
        return _rewards[key][count - 1].Payout is { Group: { Length: > 0 } group } ? $"group/{group}" : key.Reward;
    }

    /// <summary>Turns points step by step.</summary>
    private long TurnedBy(RewardRule rule, long available, long left)
    {
        var (turned, most) = (0L, rule.Payout!.MaxPoints == 0 ? available : Math.Min(available, rule.Payout.MaxPoints));
        for (; left > 0 && turned + rule.PricePoints <= most; left--)
        {
            turned += rule.PricePoints;
        }

        if (turned < rule.Payout.LeastPoints && fault != ModelFault.PaysOutBelowTheLeast)
        {
            return 0;
        }

        return turned > 0 && fault == ModelFault.PaysOutTheRest ? most : turned;
    }

    private string MakeCode(CreatePaymentCode code, DateTime now)
    {
        var membership = WalkWorld.MembershipOf(code.MemberId, code.ProgrammeId);
        if (_merged.ContainsKey(membership))
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        // A point is half a penny.
        if (code.MaxPoints > 0 && RulesAt(code.ProgrammeId, now).Spending is { } rule
            && (code.MaxPoints / rule.StepPoints * rule.StepPoints is var most && (most < rule.MinPoints || most < 2)))
        {
            return WalkAnswers.Of(RefusalReason.SpendingStep);
        }

        foreach (var older in _codes.Where(found => Current(found.Value.Membership) == membership).ToList())
        {
            _codes.Remove(older.Key);
        }

        _codes[code.CodeHash] = new ModelCode(code.ProgrammeId, membership, code.MaxPoints, now.AddMinutes(10));
        return WalkAnswers.Done;
    }
}
